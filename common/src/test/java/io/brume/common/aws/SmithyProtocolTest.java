package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.smithy.aws.traits.protocols.AwsQueryErrorTrait;
import software.amazon.smithy.aws.traits.protocols.RestXmlTrait;
import software.amazon.smithy.model.Model;
import software.amazon.smithy.model.knowledge.TopDownIndex;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.ServiceShape;
import software.amazon.smithy.model.shapes.Shape;
import software.amazon.smithy.model.traits.ErrorTrait;
import software.amazon.smithy.model.traits.HttpErrorTrait;
import software.amazon.smithy.model.traits.StreamingTrait;
import software.amazon.smithy.model.traits.XmlNamespaceTrait;
import software.amazon.smithy.protocoltests.traits.AppliesTo;
import software.amazon.smithy.protocoltests.traits.HttpMessageTestCase;
import software.amazon.smithy.protocoltests.traits.HttpRequestTestCase;
import software.amazon.smithy.protocoltests.traits.HttpRequestTestsTrait;
import software.amazon.smithy.protocoltests.traits.HttpResponseTestCase;
import software.amazon.smithy.protocoltests.traits.HttpResponseTestsTrait;

/**
 * Smithy's own protocol tests, read as a server must: every request vector is parsed, every
 * response vector is written. The codecs run on classes made from the tests' models.
 *
 * <p>The vectors that Brume answers otherwise are listed with their reasons in {@code
 * smithy-differences.txt}; the list must be exact.
 */
final class SmithyProtocolTest {
    /** Of the 721 that a server must heed; no choice of 685 among them has fewer than 640. */
    private static final int LEAST = 684;

    private static final Map<String, Wire> WIRES =
            Map.of(
                    "aws.protocols#ec2Query", Wire.EC2_QUERY,
                    "aws.protocols#awsQuery", Wire.AWS_QUERY,
                    "aws.protocols#restXml", Wire.REST_XML,
                    "aws.protocols#restJson1", Wire.REST_JSON,
                    "aws.protocols#awsJson1_0", Wire.AWS_JSON_1_0,
                    "aws.protocols#awsJson1_1", Wire.AWS_JSON_1_1,
                    "smithy.protocols#rpcv2Cbor", Wire.RPC_V2_CBOR);

    private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new CBORMapper();

    private final Model model =
            Model.assembler().discoverModels().assemble().getResult().orElseThrow();
    private final Map<String, @Nullable String> outcomes = new TreeMap<>();

    @Test
    void answersSmithysVectors() throws IOException {
        for (var service : model.getServiceShapes()) {
            for (var trait : service.getAllTraits().keySet()) {
                var wire = WIRES.get(trait.toString());
                if (wire != null) {
                    run(service, wire, trait.toString());
                }
            }
        }
        judge();
    }

    private void run(ServiceShape service, Wire wire, String protocolId) {
        var shapes = new SmithyModel(model, wire);
        var protocol = protocol(service, wire);
        var described = new HashMap<OperationShape, Operation>();
        for (var operation : TopDownIndex.of(model).getContainedOperations(service)) {
            described.put(operation, shapes.operation(operation));
        }
        var operations = new Operations(described.values(), Set.of(), Map.of());
        described.forEach((shape, operation) -> {
            for (var test : requests(shape, protocolId)) {
                record(test, () -> request(test, operation, protocol, operations));
            }
            for (var test : responses(shape, protocolId)) {
                record(test, () -> response(test, shape, operation, protocol, shapes));
            }
            for (var id : shape.getErrors(service)) {
                var error = model.expectShape(id);
                for (var test : responses(error, protocolId)) {
                    record(test, () -> error(test, error, protocol, shapes, wire));
                }
            }
        });
    }

    private static List<HttpRequestTestCase> requests(Shape shape, String protocolId) {
        return shape.getTrait(HttpRequestTestsTrait.class).stream()
                .flatMap(tests -> tests.getTestCases().stream())
                .filter(test -> isOurs(test, protocolId))
                .toList();
    }

    private static List<HttpResponseTestCase> responses(Shape shape, String protocolId) {
        return shape.getTrait(HttpResponseTestsTrait.class).stream()
                .flatMap(tests -> tests.getTestCases().stream())
                .filter(test -> isOurs(test, protocolId))
                .toList();
    }

    private static Protocol protocol(ServiceShape service, Wire wire) {
        var namespace =
                service.getTrait(XmlNamespaceTrait.class)
                        .map(XmlNamespaceTrait::getUri)
                        .orElse(null);
        boolean bareErrors =
                service.getTrait(RestXmlTrait.class)
                        .filter(RestXmlTrait::isNoErrorWrapping)
                        .isPresent();
        return switch (wire) {
            case EC2_QUERY, AWS_QUERY -> new QueryProtocol(wire == Wire.EC2_QUERY, namespace);
            case REST_XML, REST_JSON ->
                    new RestProtocol(wire == Wire.REST_XML, bareErrors, namespace);
            case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> new RpcProtocol(wire);
        };
    }

    private static boolean isOurs(HttpMessageTestCase test, String protocolId) {
        return test.getProtocol().toString().equals(protocolId)
                && test.getAppliesTo().orElse(AppliesTo.SERVER) == AppliesTo.SERVER;
    }

    /** One vector's check: says what differs, or nothing. */
    private interface Check {
        @Nullable String differs() throws Exception;
    }

    private void record(HttpMessageTestCase test, Check check) {
        var kind = test instanceof HttpRequestTestCase ? "request " : "response ";
        String difference;
        try {
            difference = check.differs();
        } catch (Exception e) {
            difference = e.toString();
        }
        outcomes.put(kind + test.getId(), difference);
    }

    private static @Nullable String request(
            HttpRequestTestCase test, Operation expected, Protocol protocol, Operations operations)
            throws IOException {
        var headers = new HashMap<String, List<String>>();
        test.getHeaders()
                .forEach((name, text) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(text)));
        if (protocol instanceof RpcProtocol) {
            // some vectors are about something else and leave it out
            headers.putIfAbsent("x-amz-target", List.of("Any." + expected.name()));
        }
        var call =
                new HttpCall(
                        test.getMethod(),
                        path(test),
                        String.join("&", test.getQueryParams()),
                        headers,
                        encode(test, body(test)));
        var bound = protocol.read(call, operations);
        if (!bound.operation().name().equals(expected.name())) {
            return "routed to " + bound.operation().name();
        }
        var wanted = SmithyValues.fill(expected.newRequest().get(), test.getParams());
        var got = (DynamicPojo) bound.request();
        forgetUnsaid(got, test);
        return got.equals(wanted) ? null : "read " + got + ", wanted " + wanted;
    }

    /**
     * The path that the codecs see: the object store's front door puts there the bucket that
     * virtual-hosted style has in the host name.
     */
    private static String path(HttpRequestTestCase test) {
        var host = test.getHost().orElse("");
        var resolved = test.getResolvedHost().orElse(host);
        return host.startsWith("s3.") && !resolved.startsWith("s3.")
                ? "/" + resolved.substring(0, resolved.indexOf('.')) + test.getUri()
                : test.getUri();
    }

    /**
     * Some vectors say nothing of the map of all query parameters, which the same query fills in
     * others: no statement is no expectation.
     */
    private static void forgetUnsaid(DynamicPojo got, HttpRequestTestCase test) {
        for (var field : got.sdkFields()) {
            if (field.location() == MarshallLocation.QUERY_PARAM
                    && field.locationName().isEmpty()
                    && test.getParams().getMember(field.memberName()).isEmpty()) {
                got.set(field.memberName(), null);
            }
        }
    }

    /** The vectors show the body as it was before it was compressed. */
    private static byte[] encode(HttpMessageTestCase test, byte[] body) throws IOException {
        if (!test.getHeaders().getOrDefault("Content-Encoding", "").endsWith("gzip")) {
            return body;
        }
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }

    private static byte[] body(HttpMessageTestCase test) {
        var text = test.getBody().orElse("");
        return test.getProtocol().getName().equals("rpcv2Cbor")
                ? Base64.getDecoder().decode(text)
                : text.getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable String response(
            HttpResponseTestCase test,
            OperationShape operation,
            Operation facts,
            Protocol protocol,
            SmithyModel shapes)
            throws IOException {
        var pojo =
                SmithyValues.fill(shapes.pojo(operation.getOutputShape()).get(), test.getParams());
        byte @Nullable [] content = null;
        for (var member : model.expectShape(operation.getOutputShape()).members()) {
            var value = test.getParams().getMember(member.getMemberName());
            if (model.expectShape(member.getTarget()).hasTrait(StreamingTrait.class)
                    && value.isPresent()) {
                content =
                        value.get().expectStringNode().getValue().getBytes(StandardCharsets.UTF_8);
            }
        }
        var result = content == null ? new HandlerResult(pojo) : new HandlerResult(pojo, content);
        var reply = protocol.write(facts, result, requestId(test));
        return compare(test, reply);
    }

    private static @Nullable String error(
            HttpResponseTestCase test,
            Shape shape,
            Protocol protocol,
            SmithyModel shapes,
            Wire wire)
            throws IOException {
        var pojo = SmithyValues.fill(shapes.pojo(shape.getId()).get(), test.getParams());
        var name = shape.getId().getName();
        var query = shape.getTrait(AwsQueryErrorTrait.class);
        boolean client = shape.expectTrait(ErrorTrait.class).isClientError();
        int status =
                shape.getTrait(HttpErrorTrait.class)
                        .map(HttpErrorTrait::getCode)
                        .orElse(client ? 400 : 500);
        boolean fullName = wire == Wire.AWS_JSON_1_0 || wire == Wire.RPC_V2_CBOR;
        var fault =
                new FaultAnswer(
                        fullName ? shape.getId().toString() : name,
                        query.map(AwsQueryErrorTrait::getCode).orElse(name),
                        wire == Wire.AWS_QUERY
                                ? query.map(AwsQueryErrorTrait::getHttpResponseCode).orElse(status)
                                : status,
                        said(test, pojo),
                        pojo,
                        false);
        return compare(test, protocol.write(fault, requestId(test)));
    }

    /** The message, where the vector's body has one and the model has no member for it. */
    private static String said(HttpResponseTestCase test, SdkPojo error) {
        var message = MESSAGE.matcher(test.getBody().orElse(""));
        boolean modelled =
                error.sdkFields().stream().anyMatch(f -> f.memberName().equals("Message"));
        return !modelled && message.find() ? message.group(1) : "";
    }

    private static String requestId(HttpResponseTestCase test) {
        return test.getHeaders().getOrDefault("X-Amzn-Requestid", "any");
    }

    private static @Nullable String compare(HttpResponseTestCase test, HttpReply reply)
            throws IOException {
        if (reply.status() != test.getCode()) {
            return "status " + reply.status() + ", wanted " + test.getCode();
        }
        var headers = new HashMap<String, String>();
        reply.headers().forEach((name, text) -> headers.put(name.toLowerCase(Locale.ROOT), text));
        headers.put("content-length", Integer.toString(reply.body().length)); // the server's part
        for (var wanted : test.getHeaders().entrySet()) {
            var got = headers.get(wanted.getKey().toLowerCase(Locale.ROOT));
            if (!wanted.getValue().equals(got)) {
                return wanted.getKey() + ": " + got + ", wanted " + wanted.getValue();
            }
        }
        for (var name : test.getForbidHeaders()) {
            if (headers.containsKey(name.toLowerCase(Locale.ROOT))) {
                return "forbidden header " + name;
            }
        }
        for (var name : test.getRequireHeaders()) {
            if (!headers.containsKey(name.toLowerCase(Locale.ROOT))) {
                return "no header " + name;
            }
        }
        return test.getBody().isEmpty() ? null : bodyDiffers(test, reply);
    }

    private static @Nullable String bodyDiffers(HttpResponseTestCase test, HttpReply reply)
            throws IOException {
        var wanted = body(test);
        var text = new String(reply.body(), StandardCharsets.UTF_8);
        if (wanted.length == 0) {
            return reply.body().length == 0 ? null : "body " + text + ", wanted none";
        }
        boolean same =
                switch (test.getBodyMediaType().orElse("")) {
                    case "application/json" -> sameJson(reply.body(), wanted);
                    case "application/xml" -> XmlTree.of(reply.body()).equals(XmlTree.of(wanted));
                    case "application/cbor" -> sameCbor(reply.body(), wanted);
                    default ->
                            test.getProtocol().getName().equals("rpcv2Cbor")
                                    ? sameCbor(reply.body(), wanted)
                                    : text.equals(new String(wanted, StandardCharsets.UTF_8));
                };
        return same ? null : "body " + text + ", wanted " + test.getBody().orElse("");
    }

    private static boolean sameCbor(byte[] got, byte[] wanted) throws IOException {
        return CBOR.readTree(got).equals(CBOR.readTree(wanted));
    }

    private static boolean sameJson(byte[] got, byte[] wanted) throws IOException {
        try {
            return JSON.readTree(got).equals(JSON.readTree(wanted));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** XML without what does not matter: namespaces, blanks between elements, request ids. */
    private record XmlTree(String name, Map<String, String> attributes, List<Object> content) {
        private static final Set<String> REQUEST_IDS =
                Set.of("requestId", "RequestId", "RequestID", "ResponseMetadata");

        static XmlTree of(byte[] document) {
            return of(XmlElement.parse(document));
        }

        private static XmlTree of(XmlElement element) {
            List<Object> content = new ArrayList<>();
            for (var child : element.children()) {
                if (!REQUEST_IDS.contains(child.name())) {
                    content.add(of(child));
                }
            }
            if (element.children().isEmpty()) {
                content.add(element.text());
            }
            return new XmlTree(element.name(), element.attributes(), content);
        }
    }

    private void judge() {
        var accepted = Differences.load("smithy-differences.txt");
        var differing = new TreeMap<String, String>();
        outcomes.forEach((name, difference) -> {
            if (difference != null) {
                var brief = difference.substring(0, Math.min(difference.length(), 600));
                differing.put(name, brief.replace('\n', ' '));
            }
        });
        int passed = outcomes.size() - differing.size();
        System.out.printf(
                "Smithy protocol tests: %d of %d vectors, %d accepted differences%n",
                passed, outcomes.size(), accepted.size());
        var unexpected = new TreeMap<>(differing);
        accepted.keySet().forEach(unexpected::remove);
        assertThat(unexpected.entrySet().stream().map(e -> e.getKey() + "\t" + e.getValue()))
                .as("vectors that differ and are not listed")
                .isEmpty();
        assertThat(differing.keySet()).as("listed vectors").containsAll(accepted.keySet());
        assertThat(passed).isGreaterThanOrEqualTo(LEAST);
    }
}
