package io.brume.control.api.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.control.api.ApiHandler;
import io.brume.control.api.Origin;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's calls: {@code POST /_brume/admin} with {@code X-Amz-Target: Brume.OPERATION} and a
 * JSON object, as AWS's JSON services are called. Thread-safe; blocks.
 */
public final class AdminApi implements ApiHandler {
    /** Where it is served. */
    public static final String PATH = "/_brume/admin";

    private static final Logger log = LoggerFactory.getLogger(AdminApi.class);
    private static final String TARGET = "Brume.";

    private final ObjectMapper json = new ObjectMapper();
    private final AdminDoor door;
    private final Map<String, AdminOperation> operations;

    public AdminApi(AdminDoor door, Map<String, AdminOperation> operations) {
        this.door = requireNonNull(door);
        this.operations = Map.copyOf(operations);
    }

    /** One operation. */
    @FunctionalInterface
    public interface AdminOperation {
        /**
         * Does it.
         *
         * @param request what the caller sent
         * @param answer to be filled
         * @throws Fault for the caller
         */
        void call(JsonNode request, ObjectNode answer);
    }

    @Override
    public HttpReply handle(HttpCall call, Origin origin) {
        try {
            door.demandOperator(call);
            var answer = json.createObjectNode();
            operation(call).call(body(call), answer);
            return reply(200, answer, origin);
        } catch (Fault fault) {
            return refuse(fault, origin);
        } catch (RuntimeException e) {
            log.error("request {} failed", origin.requestId(), e);
            return refuse(
                    Fault.of(
                            Fault.Category.INTERNAL,
                            "InternalError",
                            "An internal error has occurred; the control plane's log names request "
                                    + origin.requestId()
                                    + "."),
                    origin);
        }
    }

    private AdminOperation operation(HttpCall call) {
        var target = call.header("x-amz-target");
        if (!call.method().equals("POST") || target == null || !target.startsWith(TARGET)) {
            throw Fault.invalid(
                    "UnknownOperationException", "Send a POST with X-Amz-Target: Brume.OPERATION.");
        }
        var operation = operations.get(target.substring(TARGET.length()));
        if (operation == null) {
            throw Fault.invalid("UnknownOperationException", "There is no operation of that name.");
        }
        return operation;
    }

    private JsonNode body(HttpCall call) {
        if (call.body().length == 0) {
            return json.createObjectNode();
        }
        try {
            var body = json.readTree(call.body());
            if (body == null || !body.isObject()) {
                throw Fault.invalid("SerializationException", "The body is not a JSON object.");
            }
            return body;
        } catch (IOException e) {
            throw Fault.invalid("SerializationException", "The body is not JSON.");
        }
    }

    private HttpReply refuse(Fault fault, Origin origin) {
        var answer = json.createObjectNode();
        answer.put("__type", fault.code());
        answer.put("message", String.valueOf(fault.getMessage()));
        return reply(fault.status(), answer, origin);
    }

    private HttpReply reply(int status, ObjectNode answer, Origin origin) {
        try {
            return new HttpReply(
                    status,
                    Map.of(
                            "Content-Type",
                            "application/x-amz-json-1.1",
                            "x-amzn-RequestId",
                            origin.requestId()),
                    json.writeValueAsString(answer).getBytes(UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }
}
