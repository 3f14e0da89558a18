package io.brume.node.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.node.host.DurableFiles;
import io.brume.node.image.ImageStore.StoredImage;
import io.brume.node.instance.GuestSpec.Boot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is kept beside an image's files: {@code stored.json}, written last. The disk may go before
 * the rest.
 */
record ImageRecord(
        String imageId,
        long virtualSizeBytes,
        long storedSizeBytes,
        BootMode bootMode,
        String format,
        String description,
        boolean initrd,
        String commandLine) {
    static final String DISK = "disk.qcow2";
    static final String KERNEL = "kernel";
    static final String INITRD = "initrd";
    private static final String NAME = "stored.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    void write(Path folder) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        node.put("imageId", imageId);
        node.put("virtualSizeBytes", virtualSizeBytes);
        node.put("storedSizeBytes", storedSizeBytes);
        node.put("bootMode", bootMode.apiName());
        node.put("format", format);
        node.put("description", description);
        node.put("initrd", initrd);
        node.put("commandLine", commandLine);
        DurableFiles.write(folder.resolve(NAME), JSON.writeValueAsBytes(node));
    }

    static Optional<ImageRecord> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode node = JSON.readTree(Files.readAllBytes(file));
        return Optional.of(
                new ImageRecord(
                        node.path("imageId").asText(),
                        node.path("virtualSizeBytes").asLong(),
                        node.path("storedSizeBytes").asLong(),
                        BootMode.named(node.path("bootMode").asText()),
                        node.path("format").asText(),
                        node.path("description").asText(),
                        node.path("initrd").asBoolean(),
                        node.path("commandLine").asText()));
    }

    /** As the port shows it. */
    StoredImage stored(Path folder) {
        Path disk = folder.resolve(DISK);
        return new StoredImage(
                imageId,
                virtualSizeBytes,
                storedSizeBytes,
                bootMode.apiName(),
                format,
                description,
                Files.exists(disk) ? Optional.of(disk) : Optional.empty(),
                bootMode == BootMode.DIRECT
                        ? Optional.of(
                                new Boot.Direct(
                                        folder.resolve(KERNEL),
                                        initrd ? folder.resolve(INITRD) : Path.of(""),
                                        commandLine))
                        : Optional.empty());
    }
}
