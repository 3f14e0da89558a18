package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One command of this machine, run to its end within a time. */
public final class Command {
    private Command() {}

    /** How a command ended, and what it said on both its outputs. */
    public record Result(List<String> command, int status, String output, Duration took) {
        /** The output of a command that has to work. */
        public String ok() {
            if (status != 0) {
                throw new AssertionError(
                        "%s ended with status %d after %d ms:%n%s"
                                .formatted(command, status, took.toMillis(), output));
            }
            return output;
        }

        boolean worked() {
            return status == 0;
        }
    }

    static Result run(Map<String, String> environment, Duration within, List<String> command) {
        long began = System.nanoTime();
        Path file = null;
        try {
            // A file, since a daemon may hold a pipe open beyond the command's own end.
            file = Files.createTempFile("brume-command", ".out");
            var builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(file.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name ->
                            name.startsWith("AWS_")
                                    || name.startsWith("BRUME_")
                                    || name.startsWith("TF_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String output = Files.readString(file, UTF_8);
            var took = Duration.ofNanos(System.nanoTime() - began);
            return ended
                    ? new Result(command, process.exitValue(), output, took)
                    : new Result(command, 124, output + "\n(ended: took too long)", took);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + command, e);
        } finally {
            delete(file);
        }
    }

    public static Result run(Duration within, String... command) {
        return run(Map.of(), within, List.of(command));
    }

    private static void delete(@org.jspecify.annotations.Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
