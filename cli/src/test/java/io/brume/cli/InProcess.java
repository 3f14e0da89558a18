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
    private final FakeCloud cloud;
    private final Path home;
    private final Time time;
    private final Progress.Pause pause;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    InProcess(FakeCloud cloud, Path home, Time time, Progress.Pause pause) {
        this.cloud = cloud;
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
                                cloud.endpoint(),
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
                        false);
        return new Brume(new Context(environment, terminal, time, pause)).run(arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
