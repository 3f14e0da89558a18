package io.brume.node.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The {@code image.json} of a bundle: what the image builders below {@code images/} make.
 *
 * @param direct whether the kernel is started without a boot loader
 * @param kernel a file of the bundle; empty unless direct
 * @param initrd a file of the bundle, or empty
 * @param diskFormat of {@code disk}
 * @param bootMode what it says of itself, if it does
 */
record BundleDescription(
        String description,
        boolean direct,
        String disk,
        DiskFormat diskFormat,
        String kernel,
        String initrd,
        String commandLine,
        Optional<BootMode> bootMode) {
    static final String NAME = "image.json";
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_COMMAND_LINE = 2000;
    private static final ObjectMapper JSON = new ObjectMapper();

    static BundleDescription read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            throw new IOException("the bundle has no image.json");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("the bundle's image.json is too long");
        }
        return of(Files.readString(file));
    }

    static BundleDescription of(String text) throws IOException {
        JsonNode node = JSON.readTree(text);
        boolean direct =
                switch (node.path("boot").asText()) {
                    case "direct" -> true;
                    case "disk" -> false;
                    default -> throw new IOException("image.json: boot must be direct or disk");
                };
        String architecture = node.path("architecture").asText("x86_64");
        if (!architecture.equals("x86_64")) {
            throw new IOException("image.json: this host runs x86_64, not " + architecture);
        }
        String format = node.path("diskFormat").asText("qcow2");
        String commandLine = node.path("commandLine").asText();
        if (commandLine.length() > MAX_COMMAND_LINE || commandLine.matches("(?s).*\\p{Cntrl}.*")) {
            throw new IOException("image.json: the commandLine is too long or not one line");
        }
        return new BundleDescription(
                node.path("description").asText(node.path("name").asText()),
                direct,
                fileName(node, "disk", true),
                DiskFormat.named(format)
                        .orElseThrow(
                                () -> new IOException("image.json: unknown diskFormat " + format)),
                fileName(node, "kernel", direct),
                fileName(node, "initrd", false),
                commandLine,
                bootMode(node, direct));
    }

    private static Optional<BootMode> bootMode(JsonNode node, boolean direct) {
        if (direct) {
            return Optional.of(BootMode.DIRECT);
        }
        // A bundle that can do UEFI may do BIOS as well: its disk tells.
        return node.path("uefi").asBoolean(true) ? Optional.empty() : Optional.of(BootMode.BIOS);
    }

    private static String fileName(JsonNode node, String key, boolean required) throws IOException {
        String name = node.path(key).asText();
        if (name.isEmpty() && !required) {
            return "";
        }
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,98}")) {
            throw new IOException("image.json: " + key + " must be the name of a file beside it");
        }
        return name;
    }
}
