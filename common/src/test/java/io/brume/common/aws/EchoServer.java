package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Tells on loopback what the codecs read of a request, and writes the responses it is told to. The
 * other side is {@code roundtrip.py}.
 */
final class EchoServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Service> services = new ConcurrentHashMap<>();
    private final Map<String, Map<String, HandlerMethod>> methods = new ConcurrentHashMap<>();

    EchoServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    int port() {
        return http.getAddress().getPort();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
    }

    /** One answer; every failure becomes one, since the other side has to go on. */
    private void handle(HttpExchange exchange) throws IOException {
        HttpReply reply;
        try {
            reply = answer(exchange, exchange.getRequestBody().readAllBytes());
        } catch (Fault fault) {
            reply = text(500, fault.code() + ": " + fault.getMessage());
        } catch (RuntimeException e) {
            reply = text(500, e.toString());
        }
        reply.headers()
                .forEach((name, value) -> {
                    // a member of some responses; the server sends the true one
                    boolean length = name.equalsIgnoreCase("content-length");
                    exchange.getResponseHeaders().set(length ? "x-length" : name, value);
                });
        exchange.sendResponseHeaders(
                reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
        exchange.getResponseBody().write(reply.body());
        exchange.close();
    }

    /** One of the script's own headers, which the codecs must not see. */
    private static String take(Map<String, List<String>> headers, String name) {
        return requireNonNull(headers.remove(name), name).getFirst();
    }

    private static HttpReply text(int status, String text) {
        return new HttpReply(status, Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    private HttpReply answer(HttpExchange exchange, byte[] body) throws IOException {
        var headers = new HashMap<String, List<String>>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        var name = take(headers, "x-service");
        var service = services.computeIfAbsent(name, Contracts::everything);
        return switch (take(headers, "x-ask")) {
            case "members" -> members(service, headers);
            case "bind" -> bind(service, exchange, headers, body);
            default -> respond(service, headers, body);
        };
    }

    private static HttpReply bind(
            Service service, HttpExchange exchange, Map<String, List<String>> headers, byte[] body)
            throws IOException {
        var method = take(headers, "x-method");
        var uri = exchange.getRequestURI();
        var query = uri.getRawQuery();
        var call =
                new HttpCall(method, uri.getRawPath(), query == null ? "" : query, headers, body);
        var bound = service.bind(call);
        var read = PlainValues.of(bound.request());
        read.put("__operation", bound.operation());
        return new HttpReply(200, Map.of(), JSON.writeValueAsBytes(read));
    }

    private HttpReply respond(Service service, Map<String, List<String>> headers, byte[] body)
            throws IOException {
        var operation = take(headers, "x-operation");
        var wire = Wire.valueOf(take(headers, "x-wire"));
        var response = modelClass(service, operation, "Response");
        if (response == null) {
            return text(404, "no such operation");
        }
        var pojo = PlainValues.fill(Pojos.builder(response), JSON.readTree(body));
        return service.write(operation, wire, new HandlerResult(pojo), "a-request-id");
    }

    /** The members of an operation's structures, each with the structure it leads to. */
    private HttpReply members(Service service, Map<String, List<String>> headers)
            throws IOException {
        var operation = take(headers, "x-operation");
        var side = take(headers, "x-side").equals("request") ? "Request" : "Response";
        var root = modelClass(service, operation, side);
        if (root == null) {
            return text(404, "no such operation");
        }
        var structures = new TreeMap<String, Map<String, @Nullable String>>();
        describe(Pojos.builder(root), root.getSimpleName(), structures);
        return new HttpReply(
                200,
                Map.of(),
                JSON.writeValueAsBytes(
                        Map.of("root", root.getSimpleName(), "structures", structures)));
    }

    private static void describe(
            SdkPojo pojo, String name, Map<String, Map<String, @Nullable String>> structures) {
        if (structures.containsKey(name)) {
            return;
        }
        var members = new TreeMap<String, @Nullable String>();
        structures.put(name, members);
        for (var field : pojo.sdkFields()) {
            var leads = structure(field);
            if (leads == null) {
                members.put(field.memberName(), null);
            } else {
                var inner = Pojos.build(leads.constructor().get());
                members.put(field.memberName(), inner.getClass().getSimpleName());
                describe(inner, inner.getClass().getSimpleName(), structures);
            }
        }
    }

    private static @Nullable SdkField<?> structure(SdkField<?> field) {
        return switch (Pojos.type(field)) {
            case SDK_POJO -> field;
            case LIST -> structure(Pojos.list(field).memberFieldInfo());
            case MAP -> structure(Pojos.map(field).valueFieldInfo());
            default -> null;
        };
    }

    private @Nullable Class<?> modelClass(Service service, String operation, String side) {
        var byName =
                methods.computeIfAbsent(
                        service.api().service(),
                        name -> {
                            var facts = ServiceFacts.load(name);
                            var found = new HashMap<String, HandlerMethod>();
                            HandlerMethod.of(service.api().contract())
                                    .forEach((sdk, m) -> found.put(facts.operationName(sdk), m));
                            return found;
                        });
        var method = byName.get(operation);
        if (method == null) {
            return null;
        }
        var request = method.requestClass();
        if (side.equals("Request")) {
            return request;
        }
        var name = request.getName().substring(0, request.getName().length() - 7) + side;
        try {
            return Class.forName(name, true, request.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
