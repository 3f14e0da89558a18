package io.brume.common.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Three pages for operators and their tools: {@code /health} (the program answers at all), {@code
 * /ready} (200 when it can do its work, 503 and the reason otherwise) and {@code /metrics}
 * (Prometheus). Reads no request body and answers nothing else. Thread-safe.
 */
public final class StatusServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Listens at once.
     *
     * @param address port 0 takes a free one
     * @param notReady why the program cannot do its work now; empty when it can
     * @param metrics the text of the metrics page
     */
    public StatusServer(
            InetSocketAddress address,
            Supplier<Optional<String>> notReady,
            Supplier<String> metrics)
            throws IOException {
        server = HttpServer.create(address, 16);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    switch (exchange.getRequestURI().getPath()) {
                        case "/health" -> answer(exchange, 200, "ok\n");
                        case "/ready" -> {
                            Optional<String> reason = notReady.get();
                            answer(
                                    exchange,
                                    reason.isPresent() ? 503 : 200,
                                    reason.orElse("ready") + "\n");
                        }
                        case "/metrics" -> answer(exchange, 200, metrics.get());
                        default -> answer(exchange, 404, "not found\n");
                    }
                });
        server.start();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            boolean get = exchange.getRequestMethod().equals("GET");
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(get ? status : 405, get ? body.length : -1);
            if (get) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
