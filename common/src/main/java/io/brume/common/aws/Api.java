package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One AWS service as its clients see it: how it is named, and which protocols it speaks. Immutable
 * and thread-safe.
 *
 * <p>A service is one line: {@code Api.of("ec2", Ec2Client.class)}. All else comes from the facts
 * that {@code src/tools/aws_facts.py} took from AWS's models.
 */
public final class Api {
    private final String service;
    private final Class<?> contract;
    private final ServiceFacts facts;

    private Api(String service, Class<?> contract, ServiceFacts facts) {
        this.service = requireNonNull(service);
        this.contract = requireNonNull(contract);
        this.facts = requireNonNull(facts);
    }

    /**
     * Describes a service.
     *
     * @param service AWS's name of it, as its CLI has it: {@code elbv2}
     * @param contract the SDK's client interface, which the service's handler implements
     * @throws IllegalArgumentException when there are no facts about the service
     */
    public static Api of(String service, Class<?> contract) {
        return new Api(service, contract, ServiceFacts.load(service));
    }

    /** AWS's name of the service, as its CLI has it: {@code elbv2}. */
    public String service() {
        return service;
    }

    /** The SDK's client interface. */
    public Class<?> contract() {
        return contract;
    }

    /** The service in a signature's credential scope; several services may share one. */
    public String signingName() {
        return facts.signingName();
    }

    /** The first label of the service's host names. */
    public String endpointPrefix() {
        return facts.endpointPrefix();
    }

    /** The service in policies: {@code cloudwatch} of {@code cloudwatch:PutMetricData}. */
    public String actionPrefix() {
        return facts.actionPrefix();
    }

    /** Of the API, a date. */
    public String version() {
        return facts.version();
    }

    /** What comes before the dot of {@code X-Amz-Target}; null for a service without. */
    public @Nullable String targetPrefix() {
        return facts.targetPrefix();
    }

    /** The protocols that the service's clients use, the usual one first. */
    public List<Wire> wires() {
        return facts.wires();
    }

    /** The protocol that most clients use. */
    public Wire usualWire() {
        return wires().getFirst();
    }

    /** The service's error code for a required member that is absent. */
    public String missingCode() {
        var codes = facts.validationCodes();
        return codes == null ? missingCode(usualWire()) : codes.getFirst();
    }

    /** The service's error code for a member that is out of bounds. */
    public String invalidCode() {
        var codes = facts.validationCodes();
        return codes == null ? invalidCode(usualWire()) : codes.getLast();
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
            return json(call.header("content-type"));
        }
        return usual.isQuery() || QueryProtocol.looksLikeQuery(call) ? Wire.AWS_QUERY : usual;
    }

    /** The version of JSON that the content type names, or else the service's own. */
    private Wire json(@Nullable String type) {
        if (type != null && type.contains("json-1.1")) {
            return Wire.AWS_JSON_1_1;
        }
        boolean named = type != null && type.contains("json-1.0");
        return !named && wires().contains(Wire.AWS_JSON_1_1)
                ? Wire.AWS_JSON_1_1
                : Wire.AWS_JSON_1_0;
    }

    /**
     * Whether the service can be served in a protocol. CBOR comes for free with JSON, and AWS moves
     * services from one to the other; a query form does not, since its names are not the same.
     */
    boolean speaks(Wire wire) {
        return switch (wire) {
            case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> wires().stream().anyMatch(Api::isRpc);
            case EC2_QUERY, AWS_QUERY, REST_XML, REST_JSON -> wires().contains(wire);
        };
    }

    private static boolean isRpc(Wire wire) {
        return !wire.isRest() && !wire.isQuery();
    }

    ServiceFacts facts() {
        return facts;
    }

    Map<Wire, Protocol> protocols() {
        var protocols = new EnumMap<Wire, Protocol>(Wire.class);
        for (var wire : Wire.values()) {
            protocols.put(wire, protocol(wire));
        }
        return protocols;
    }

    private Protocol protocol(Wire wire) {
        var namespace = facts.namespace();
        return switch (wire) {
            case EC2_QUERY, AWS_QUERY -> new QueryProtocol(wire == Wire.EC2_QUERY, namespace);
            case REST_XML, REST_JSON ->
                    new RestProtocol(wire == Wire.REST_XML, service.equals("s3"), namespace);
            case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> new RpcProtocol(wire);
        };
    }
}
