package io.brume.common.aws;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;

/**
 * restXml and restJson1: the method and the path name the operation, members travel in labels, the
 * query, headers and the body.
 *
 * @param s3 whether this is S3, whose errors are a bare element and whose request id has its own
 *     header
 */
record RestProtocol(boolean xml, boolean s3, @Nullable String namespace) implements Protocol {
    @Override
    public Bound read(HttpCall call, Operations operations) {
        var parameters = Parameters.parse(call.query());
        var routed = operations.route(call, parameters);
        if (routed == null) {
            throw unknown("No operation has this method and path.");
        }
        var operation = routed.operation();
        if (operation == null) {
            throw unknown("The operation " + routed.name() + " is not supported by this cloud.");
        }
        SdkPojo request = operation.newRequest().get();
        var plain = takesBytes(operation, request) ? call : ContentEncoding.decode(call);
        new RestReader(xml, s3, operation, plain, parameters).read(routed.labels(), request);
        return new Bound(operation, request);
    }

    /** Such a body is the client's own, compressed or not. */
    private static boolean takesBytes(Operation operation, SdkPojo request) {
        var payload = Pojos.payload(request);
        return operation.streamsIn()
                || (payload != null && Pojos.type(payload) == MarshallingKnownType.SDK_BYTES);
    }

    private Fault unknown(String message) {
        return s3
                ? Fault.unsupported("NotImplemented", message).withStatus(501)
                : Fault.unsupported("UnknownOperationException", message).withStatus(404);
    }

    @Override
    public HttpReply write(Operation operation, HandlerResult result, String requestId) {
        var headers = headers(requestId);
        var written = new RestWriter(xml, namespace).write(operation, result, headers);
        return new HttpReply(written.status(), headers, written.body());
    }

    @Override
    public HttpReply write(FaultAnswer fault, String requestId) {
        var headers = headers(requestId);
        var members = fault.members();
        if (members != null) {
            RestWriter.headers(members, headers);
        }
        if (!xml) {
            headers.put("x-amzn-ErrorType", fault.type());
            headers.putIfAbsent("Content-Type", "application/json");
            var first =
                    fault.message().isEmpty()
                            ? Map.<String, String>of()
                            : Map.of("message", fault.message());
            return new HttpReply(
                    fault.status(), headers, JsonWriter.write(JsonFormat.JSON, first, members));
        }
        headers.putIfAbsent("Content-Type", "application/xml");
        var out = new XmlWriter();
        if (s3) {
            out.open("Error");
            error(out, fault).leaf("RequestId", requestId).close("Error");
        } else {
            out.open("ErrorResponse", namespace).open("Error").leaf("Type", fault.blame());
            error(out, fault).close("Error");
            out.leaf("RequestId", requestId).close("ErrorResponse");
        }
        return new HttpReply(fault.status(), headers, out.toBytes());
    }

    private static XmlWriter error(XmlWriter out, FaultAnswer fault) {
        out.leaf("Code", fault.code());
        if (!fault.message().isEmpty()) {
            out.leaf("Message", fault.message());
        }
        var members = fault.members();
        return members == null ? out : out.members(members);
    }

    private Map<String, String> headers(String requestId) {
        var headers = new HashMap<String, String>();
        headers.put(s3 ? "x-amz-request-id" : "x-amzn-RequestId", requestId);
        return headers;
    }

    @Override
    public Fault refuse(Malformed malformed) {
        if (!xml) {
            return Fault.invalid("SerializationException", malformed.reason());
        }
        return switch (malformed.kind()) {
            case VALUE ->
                    Fault.invalid(s3 ? "InvalidArgument" : "InvalidInput", malformed.reason());
            case DOCUMENT, LIMIT ->
                    Fault.invalid(s3 ? "MalformedXML" : "InvalidInput", malformed.reason());
        };
    }
}
