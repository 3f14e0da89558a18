package io.brume.cli.volume;

import io.brume.node.volume.ReplicaWant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A {@link ReplicaProgram} that can be killed and started again. */
final class ReplicaProcess implements AutoCloseable {
    final String nodeId;
    final Path folder;
    private final long sizeBytes;
    private final String writer;
    private final long epoch;
    private @Nullable Process process;

    ReplicaProcess(String nodeId, Path folder, long sizeBytes, long epoch, String writer) {
        this.nodeId = nodeId;
        this.folder = folder;
        this.sizeBytes = sizeBytes;
        this.epoch = epoch;
        this.writer = writer;
    }

    void start() throws IOException {
        Files.deleteIfExists(folder.resolve("port"));
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                ReplicaProgram.class.getName(),
                                folder.toString(),
                                Long.toString(sizeBytes),
                                Long.toString(epoch),
                                writer)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                        .start();
    }

    void awaitServing() {
        Awaitility.await("the replica of " + folder)
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(folder.resolve("port")));
    }

    long pid() {
        Process known = process;
        return known == null ? 0 : known.pid();
    }

    ReplicaWant want(boolean inSync, boolean here) throws IOException {
        return new ReplicaWant(
                nodeId,
                inSync,
                "127.0.0.1:" + Files.readString(folder.resolve("port")),
                folder.resolve("s").toString(),
                here ? "here" : "elsewhere");
    }

    void kill() throws InterruptedException {
        Process known = process;
        if (known != null) {
            known.destroyForcibly();
            if (!known.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(folder + " cannot be killed");
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
