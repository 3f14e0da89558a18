package io.brume.common.aws;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/**
 * awsJson 1.0 and 1.1 and rpcv2Cbor: one path for all, the operation in a header or at the end of
 * the path, a structure each way.
 */
record RpcProtocol(Wire wire) implements Protocol {
    @Override
    public Bound read(HttpCall call, Operations operations) {
        var name = operationName(call);
        var operation = operations.find(name);
        if (operation == null) {
            var detail =
                    operations.isKnown(name)
                            ? "The operation " + name + " is not supported by this cloud."
                            : "The operation " + Scalars.clip(name) + " is not known.";
            throw Fault.unsupported("UnknownOperationException", detail)
                    .withStatus(cbor() ? 404 : 400);
        }
        SdkPojo request = operation.newRequest().get();
        JsonReader.read(format(), ContentEncoding.decode(call).body(), request);
        return new Bound(operation, request);
    }

    private String operationName(HttpCall call) {
        if (cbor()) {
            return call.path().substring(call.path().lastIndexOf('/') + 1);
        }
        var target = call.header("x-amz-target");
        return target == null ? "" : target.substring(target.lastIndexOf('.') + 1);
    }

    @Override
    public HttpReply write(Operation operation, HandlerResult result, String requestId) {
        var headers = headers(requestId);
        if (operation.hasOutput()) {
            return new HttpReply(200, headers, JsonWriter.write(format(), result.response()));
        }
        if (cbor()) {
            headers.remove("Content-Type");
        }
        return new HttpReply(200, headers, new byte[0]);
    }

    @Override
    public HttpReply write(FaultAnswer fault, String requestId) {
        var headers = headers(requestId);
        headers.put("x-amzn-ErrorType", fault.type());
        if (fault.queryCompatible()) {
            headers.put("x-amzn-query-error", fault.code() + ";" + fault.blame());
        }
        return new HttpReply(
                fault.status(), headers, JsonWriter.write(format(), body(fault), fault.members()));
    }

    private static Map<String, String> body(FaultAnswer fault) {
        var first = new LinkedHashMap<String, String>();
        first.put("__type", fault.type());
        if (!fault.message().isEmpty()) {
            first.put("message", fault.message());
        }
        return first;
    }

    private Map<String, String> headers(String requestId) {
        var headers = new HashMap<String, String>();
        headers.put("x-amzn-RequestId", requestId);
        headers.put("Content-Type", contentType());
        if (cbor()) {
            headers.put("smithy-protocol", "rpc-v2-cbor");
        }
        return headers;
    }

    private String contentType() {
        return switch (wire) {
            case RPC_V2_CBOR -> "application/cbor";
            case AWS_JSON_1_1 -> "application/x-amz-json-1.1";
            case AWS_JSON_1_0, EC2_QUERY, AWS_QUERY, REST_XML, REST_JSON ->
                    "application/x-amz-json-1.0";
        };
    }

    private boolean cbor() {
        return wire == Wire.RPC_V2_CBOR;
    }

    private JsonFormat format() {
        return cbor() ? JsonFormat.CBOR : JsonFormat.JSON;
    }

    @Override
    public Fault refuse(Malformed malformed) {
        return Fault.invalid("SerializationException", malformed.reason());
    }
}
