package io.brume.cli;

import io.brume.cli.client.Environment;
import io.brume.cli.command.Context;
import io.brume.cli.output.Progress;
import io.brume.cli.output.Terminal;
import io.brume.common.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs commands in the test's own process, and keeps what the last one printed. */
final class InProcess {
    private final String endpoint;
    private final Path home;
    private final Time time;
    private final Progress.Pause pause;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** A terminal that can be drawn on, and not only written to. */
    boolean live;

    InProcess(String endpoint, Path home, Time time, Progress.Pause pause) {
        this.endpoint = endpoint;
        this.home = home;
        this.time = time;
        this.pause = pause;
    }

    int brume(String... arguments) {
        out.reset();
        err.reset();
        var environment =
                new Environment(
                        Map.of(
                                "AWS_ENDPOINT_URL",
                                endpoint,
                                "AWS_ACCESS_KEY_ID",
                                "AKIATEST",
                                "AWS_SECRET_ACCESS_KEY",
                                "secret",
                                "BRUME_DATA",
                                home.resolve("data").toString()),
                        home);
        var terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        live);
        return new Brume(new Context(environment, terminal, time, pause)).run(arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
