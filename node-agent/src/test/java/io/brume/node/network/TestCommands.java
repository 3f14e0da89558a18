package io.brume.node.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs tools for tests; keeps their output in files, so that no daemon can hold a pipe open. */
public final class TestCommands implements HostCommands {
    @Override
    public Output run(List<String> command, String input, Duration timeout) throws IOException {
        Path in = Files.createTempFile("network-test", ".in");
        Path out = Files.createTempFile("network-test", ".out");
        Path error = Files.createTempFile("network-test", ".err");
        try {
            Files.writeString(in, input);
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(in.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(error.toFile())
                            .start();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " took longer than " + timeout);
            }
            return new Output(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(error, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(in);
            Files.delete(out);
            Files.delete(error);
        }
    }
}
