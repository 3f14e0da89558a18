package io.brume.storage.keep;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.brume.proto.node.v1.Desired;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest word on each thing of a kind, a file each, so that a node that starts while the
 * control plane is away knows who may open what. A file is there whole or not at all. Not
 * thread-safe.
 */
final class DesiredFiles {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredFiles.class);
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
    private static final String ENDING = ".desired";
    private static final int MOST_BYTES = 1 << 20;

    private final Path folder;
    private final Function<Desired, String> idOf;

    /**
     * Makes the folder when needed.
     *
     * @param idOf the id of a thing; empty for one of another kind
     */
    DesiredFiles(Path folder, Function<Desired, String> idOf) throws IOException {
        this.folder = requireNonNull(folder);
        this.idOf = requireNonNull(idOf);
        Files.createDirectories(folder);
    }

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    private Path file(String id) {
        if (!isId(id)) {
            throw new IllegalArgumentException("not an id: " + id);
        }
        return folder.resolve(id + ENDING);
    }

    /** All of them by id. One that cannot be read is left out: the control plane tells it again. */
    Map<String, Desired> read() throws IOException {
        Map<String, Desired> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(ENDING)).toList()) {
                String name = file.getFileName().toString();
                try {
                    if (Files.size(file) > MOST_BYTES) {
                        throw new IOException("it is too large");
                    }
                    Desired desired = Desired.parseFrom(Files.readAllBytes(file));
                    String id = idOf.apply(desired);
                    if (!name.equals(id + ENDING)) {
                        throw new IOException("it is about " + desired.getThingCase() + " " + id);
                    }
                    found.put(id, desired);
                } catch (IOException e) {
                    LOG.warn("{} cannot be read and is left out: {}", file, e.getMessage());
                }
            }
        }
        return found;
    }

    /** On the disk when it returns. */
    void write(String id, Desired desired) throws IOException {
        Path file = file(id);
        Path fresh = folder.resolve(id + ".new");
        try (var channel = FileChannel.open(fresh, CREATE, WRITE, TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(desired.toByteArray());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    void delete(String id) throws IOException {
        if (Files.deleteIfExists(file(id))) {
            syncFolder();
        }
    }

    private void syncFolder() throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
