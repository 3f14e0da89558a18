package io.brume.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A front door on the loopback that answers what a test told it to, and remembers what it was
 * asked.
 */
final class FakeCloud implements AutoCloseable {
    /** An answer to give. */
    record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, List<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Map<String, String>> calls = new CopyOnWriteArrayList<>();

    FakeCloud() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                call -> {
                    try (call) {
                        String body =
                                new String(
                                        call.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8);
                        String target = call.getRequestHeaders().getFirst("X-Amz-Target");
                        Map<String, String> parameters =
                                target == null ? form(body) : new TreeMap<>(Map.of("body", body));
                        String operation =
                                target == null ? parameters.getOrDefault("Action", "") : target;
                        parameters.put("operation", operation);
                        parameters.put(
                                "authorization",
                                String.valueOf(call.getRequestHeaders().getFirst("Authorization")));
                        calls.add(parameters);
                        Answer answer = next(operation);
                        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                        call.sendResponseHeaders(answer.status(), bytes.length);
                        call.getResponseBody().write(bytes);
                    }
                });
        server.start();
    }

    private Answer next(String operation) {
        List<Answer> left = answers.getOrDefault(operation, List.of());
        if (left.isEmpty()) {
            return new Answer(400, error("InvalidAction", "not expected: " + operation));
        }
        // The last answer stays.
        return left.size() == 1 ? left.getFirst() : left.removeFirst();
    }

    /** Gives this answer to the operation's next call; the last one to all that follow. */
    FakeCloud answers(String operation, String body) {
        return answers(operation, 200, body);
    }

    FakeCloud answers(String operation, int status, String body) {
        answers.computeIfAbsent(operation, ignored -> new CopyOnWriteArrayList<>())
                .add(new Answer(status, body));
        return this;
    }

    static String error(String code, String message) {
        return "<Response><Errors><Error><Code>"
                + code
                + "</Code><Message>"
                + message
                + "</Message></Error></Errors><RequestID>r</RequestID></Response>";
    }

    /** The calls of an operation, in order. */
    List<Map<String, String>> calls(String operation) {
        return calls.stream().filter(call -> operation.equals(call.get("operation"))).toList();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static Map<String, String> form(String body) {
        var parameters = new TreeMap<String, String>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
