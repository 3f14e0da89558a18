package io.brume.cli;

import com.sun.net.httpserver.HttpServer;
import io.brume.cli.client.Environment;
import io.brume.cli.command.Context;
import io.brume.cli.output.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Plays the usual commands against a pretended cloud on the loopback, so that the virtual machine
 * can write down which classes they need and load them quickly later (JEP 514). Run once, when the
 * program is built.
 */
final class Rehearsal {
    private Rehearsal() {}

    static int run(Context context) {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] xml =
                    "<R><reservationSet/><imagesSet/><keySet/></R>"
                            .getBytes(StandardCharsets.UTF_8);
            byte[] json = "{\"Nodes\":[{\"NodeId\":\"n\"}]}".getBytes(StandardCharsets.UTF_8);
            server.createContext(
                    "/",
                    call -> {
                        try (call) {
                            call.getRequestBody().readAllBytes();
                            boolean own = call.getRequestHeaders().containsKey("X-Amz-Target");
                            byte[] body = own ? json : xml;
                            call.sendResponseHeaders(200, body.length);
                            call.getResponseBody().write(body);
                        }
                    });
            server.start();
            try {
                play(context, "http://127.0.0.1:" + server.getAddress().getPort());
            } finally {
                server.stop(0);
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("no loopback server for the rehearsal", e);
        }
    }

    private static void play(Context context, String endpoint) {
        var silent =
                new Terminal(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                        true,
                        false);
        var environment =
                new Environment(
                        Map.of(
                                "AWS_ENDPOINT_URL", endpoint,
                                "AWS_ACCESS_KEY_ID", "AKIAREHEARSAL",
                                "AWS_SECRET_ACCESS_KEY", "rehearsal"),
                        context.environment().home());
        var brume = new Brume(new Context(environment, silent, context.time(), context.pause()));
        String[][] calls = {
            {"--version"},
            {"instance", "list"},
            {"instance", "list", "--output", "json"},
            {"instance", "show", "first"},
            {"image", "list"},
            {"key", "list"},
            {"node", "list"},
            {"node", "list", "--output", "json"},
            {"instance", "--help"}
        };
        for (String[] call : calls) {
            brume.run(call);
        }
    }
}
