package io.brume.node.volume.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a client as people do. */
final class Tool {
    private static final int SECONDS = 90;

    record Result(int exitCode, String output) {}

    private Tool() {}

    /** Output and errors of a program, which must succeed. */
    static Result run(String... command) throws IOException, InterruptedException {
        Result result = attempt(command);
        if (result.exitCode() != 0) {
            throw new IOException(
                    List.of(command) + " ended with " + result.exitCode() + "\n" + result.output());
        }
        return result;
    }

    static Result attempt(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            var deadline =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                                        process.destroyForcibly();
                                    }
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            int exitCode = process.waitFor();
            deadline.interrupt();
            return new Result(exitCode, output);
        } finally {
            process.destroyForcibly();
        }
    }
}
