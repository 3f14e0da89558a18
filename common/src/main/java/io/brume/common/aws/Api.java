package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One AWS service as its clients see it: how it is named, and which protocols it speaks. Immutable.
 *
 * <p>A service is one line: {@code Api.of("ec2", Ec2Client.class)}.
 *
 * @param service AWS's name of the service, as its CLI has it: {@code elbv2}
 * @param contract the SDK's client interface, which the service's handler implements
 * @param signingName the service in a signature's credential scope; several services may share one
 * @param endpointPrefix the first label of the service's host names
 * @param actionPrefix the service in policies: {@code cloudwatch:PutMetricData}
 * @param version of the API, a date
 * @param wires the protocols that its clients use, the usual one first
 * @param namespace of its XML; null for a service without
 * @param targetPrefix before the dot of {@code X-Amz-Target}; null for a service without
 * @param missingCode the error code for a required member that is absent
 * @param invalidCode the error code for a member that is out of bounds
 */
public record Api(
        String service,
        Class<?> contract,
        String signingName,
        String endpointPrefix,
        String actionPrefix,
        String version,
        List<Wire> wires,
        @Nullable String namespace,
        @Nullable String targetPrefix,
        String missingCode,
        String invalidCode) {
    public Api {
        requireNonNull(service);
        requireNonNull(contract);
        wires = List.copyOf(wires);
    }

    /**
     * Described by the facts about the service.
     *
     * @param service one of those that {@code src/tools/aws_facts.py} wrote
     * @throws IllegalArgumentException when there are no facts about it
     */
    public static Api of(String service, Class<?> contract) {
        return of(service, contract, ServiceFacts.load(service));
    }

    static Api of(String service, Class<?> contract, ServiceFacts facts) {
        var usual = facts.wires().getFirst();
        var codes = facts.validationCodes();
        return new Api(
                service,
                contract,
                facts.signingName(),
                facts.endpointPrefix(),
                facts.actionPrefix(),
                facts.version(),
                facts.wires(),
                facts.namespace(),
                facts.targetPrefix(),
                codes == null ? missingCode(usual) : codes.getFirst(),
                codes == null ? invalidCode(usual) : codes.getLast());
    }

    private static String missingCode(Wire wire) {
        return switch (wire) {
            case EC2_QUERY -> "MissingParameter";
            case AWS_QUERY -> "ValidationError";
            case REST_XML -> "InvalidInput";
            case REST_JSON, AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> "ValidationException";
        };
    }

    private static String invalidCode(Wire wire) {
        return wire == Wire.EC2_QUERY ? "InvalidParameterValue" : missingCode(wire);
    }

    /** The protocol that most clients use. */
    public Wire usualWire() {
        return wires.getFirst();
    }

    /**
     * The protocol of a request. Never fails; a request that no protocol fits is taken to be of the
     * usual one, which then refuses it.
     */
    public Wire wire(HttpCall call) {
        var usual = usualWire();
        if (usual.isRest() || usual == Wire.EC2_QUERY) {
            return usual;
        }
        if ("rpc-v2-cbor".equals(call.header("smithy-protocol"))) {
            return Wire.RPC_V2_CBOR;
        }
        if (call.header("x-amz-target") != null) {
            var type = call.header("content-type");
            return type != null && type.contains("json-1.1")
                    ? Wire.AWS_JSON_1_1
                    : Wire.AWS_JSON_1_0;
        }
        return usual.isQuery() || looksLikeQuery(call) ? Wire.AWS_QUERY : usual;
    }

    private static boolean looksLikeQuery(HttpCall call) {
        return call.query().contains("Action=")
                || (call.body().length > 0 && QueryProtocol.isForm(call));
    }

    /**
     * Whether the service can be served in a protocol. CBOR comes for free with JSON, and AWS moves
     * services from one to the other; a query form does not, since its names are not the same.
     */
    boolean speaks(Wire wire) {
        return switch (wire) {
            case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> wires.stream().anyMatch(Api::isRpc);
            case EC2_QUERY, AWS_QUERY, REST_XML, REST_JSON -> wires.contains(wire);
        };
    }

    private static boolean isRpc(Wire wire) {
        return !wire.isRest() && !wire.isQuery();
    }

    /** One protocol of this service, ready to read and write. */
    Protocol protocol(Wire wire) {
        return switch (wire) {
            case EC2_QUERY, AWS_QUERY -> new QueryProtocol(wire == Wire.EC2_QUERY, namespace);
            case REST_XML, REST_JSON ->
                    new RestProtocol(wire == Wire.REST_XML, service.equals("s3"), namespace);
            case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> new RpcProtocol(wire);
        };
    }

    Map<Wire, Protocol> protocols() {
        var protocols = new java.util.EnumMap<Wire, Protocol>(Wire.class);
        for (var wire : Wire.values()) {
            protocols.put(wire, protocol(wire));
        }
        return protocols;
    }
}
