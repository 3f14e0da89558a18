package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.node.host.DurableFiles;
import io.brume.node.host.ProcessIdentity;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestSpec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of one guest: {@code spec.json} (what it was started as), {@code process} (which
 * process it is), {@code stop-ordered} (the agent has told it to stop), {@code exit.json} (how it
 * ended), its sockets, those of its volumes, its console's log and QEMU's own.
 */
record GuestFolder(Path path) {
    /**
     * What a guest was started as.
     *
     * @param direct whether its image brought a kernel: such a machine has no screen
     */
    record Start(String instanceId, long runEpoch, String bootId, int uid, boolean direct) {}

    private static final List<String> OF_ONE_RUN =
            List.of(
                    "process",
                    "stop-ordered",
                    "exit.json",
                    "qemu.log",
                    "screen.ppm",
                    QemuCommand.QMP_SOCKET,
                    QemuCommand.CONSOLE_SOCKET,
                    QemuCommand.CONSOLE_LOG);

    Path file(String name) {
        return path.resolve(name);
    }

    String instanceId() {
        return path.getFileName().toString();
    }

    /** Removes what an earlier run has left. */
    void clear() throws IOException {
        for (String name : OF_ONE_RUN) {
            Files.deleteIfExists(file(name));
        }
        try (var volumes = Files.newDirectoryStream(path, "vol-*.sock")) {
            for (Path socket : volumes) {
                Files.delete(socket);
            }
        }
    }

    void writeStart(GuestSpec spec, String bootId, int uid) throws IOException {
        ObjectNode node = QmpMessage.JSON.createObjectNode();
        node.put("instanceId", spec.instanceId());
        node.put("runEpoch", spec.runEpoch());
        node.put("bootId", bootId);
        node.put("uid", uid);
        node.put("direct", spec.boot() instanceof GuestSpec.Boot.Direct);
        node.set("spec", QmpMessage.JSON.valueToTree(spec));
        write("spec.json", node);
    }

    Optional<Start> readStart() throws IOException {
        return read("spec.json")
                .map(node ->
                        new Start(
                                node.path("instanceId").asText(),
                                node.path("runEpoch").asLong(),
                                node.path("bootId").asText(),
                                node.path("uid").asInt(),
                                node.path("direct").asBoolean()));
    }

    Optional<ProcessIdentity> readProcess() throws IOException {
        return ProcessIdentity.read(file("process"));
    }

    /** To be told before the order is given, so that its effect is never taken for an accident. */
    void orderStop(String how) throws IOException {
        DurableFiles.write(file("stop-ordered"), how.getBytes(UTF_8));
    }

    boolean stopOrdered() {
        return Files.exists(file("stop-ordered"));
    }

    void writeExit(GuestExit exit) throws IOException {
        ObjectNode node = QmpMessage.JSON.createObjectNode();
        node.put("runEpoch", exit.runEpoch());
        node.put("cause", exit.cause().name());
        node.put("reason", exit.reason());
        write("exit.json", node);
    }

    Optional<GuestExit> readExit() throws IOException {
        return read("exit.json")
                .map(node ->
                        new GuestExit(
                                instanceId(),
                                node.path("runEpoch").asLong(),
                                GuestExit.Cause.valueOf(node.path("cause").asText()),
                                node.path("reason").asText()));
    }

    /** The end of what QEMU itself had to say, for messages. */
    String logTail() throws IOException {
        return new String(tail(file("qemu.log"), 2000), UTF_8).strip();
    }

    /** The last bytes of a file; none when it is not there. */
    static byte[] tail(Path file, int maxBytes) throws IOException {
        try (var reading = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, reading.length() - maxBytes);
            byte[] bytes = new byte[(int) (reading.length() - start)];
            reading.seek(start);
            reading.readFully(bytes);
            return bytes;
        } catch (java.io.FileNotFoundException e) {
            return new byte[0];
        }
    }

    private void write(String name, JsonNode node) throws IOException {
        DurableFiles.write(
                file(name),
                QmpMessage.JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(node));
    }

    private Optional<JsonNode> read(String name) throws IOException {
        try {
            return Optional.of(QmpMessage.JSON.readTree(Files.readAllBytes(file(name))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
