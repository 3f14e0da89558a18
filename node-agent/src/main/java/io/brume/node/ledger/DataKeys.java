package io.brume.node.ledger;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.VolumeSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of encrypted volumes: in memory, and in files of a file system that is memory, one per
 * volume, for an agent that is started again while the control plane is away. No disk ever gets
 * them: after a start of the host they are gone, and volumes wait for the control plane's word.
 * Without such a file system they are in this process alone. Thread-safe.
 */
public final class DataKeys {
    private static final Logger LOG = LoggerFactory.getLogger(DataKeys.class);
    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final long MOST_BYTES = 4096;

    private final Optional<Path> folder;
    private final Map<String, ByteString> keys = new HashMap<>();

    private DataKeys(Optional<Path> folder) {
        this.folder = folder;
    }

    /** Keys that are forgotten when this process ends. */
    public static DataKeys inProcess() {
        return new DataKeys(Optional.empty());
    }

    /**
     * Keys in the first of these folders that can be made on a file system that is memory; in this
     * process alone when there is none.
     *
     * @param folders of this agent alone; there while it has keys, open to its user alone
     */
    public static DataKeys inMemoryOf(List<Path> folders) {
        for (Path folder : folders) {
            Path parent = requireNonNull(folder.toAbsolutePath().getParent());
            try {
                if (Files.isDirectory(parent) && isMemory(parent)) {
                    var keys = new DataKeys(Optional.of(folder));
                    keys.load(folder);
                    return keys;
                }
            } catch (IOException e) {
                LOG.warn("{} cannot hold keys of volumes: {}", folder, e.toString());
            }
        }
        LOG.warn(
                "No file system in memory for keys of volumes ({}): after a restart of the agent"
                        + " encrypted volumes wait for the control plane",
                folders);
        return inProcess();
    }

    private static boolean isMemory(Path folder) throws IOException {
        return MEMORY.contains(Files.getFileStore(folder).type());
    }

    private void load(Path from) throws IOException {
        if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
            return; // It is made with the first key.
        }
        claim(from);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (NAME.matcher(name).matches() && Files.size(file) <= MOST_BYTES) {
                    keys.put(name, ByteString.copyFrom(Files.readAllBytes(file)));
                } else {
                    Files.delete(file);
                }
            }
        }
    }

    /** Makes the folder unless it is there; whose it is and who may open it is made sure of. */
    private static void claim(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self)) {
            throw new IOException("it belongs to the user " + owner);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** A word as it may go to a disk. */
    static Desired withoutKey(Desired word) {
        return word.getVolume().getDataKey().isEmpty() ? word : withKey(word, ByteString.EMPTY);
    }

    private static Desired withKey(Desired word, ByteString key) {
        VolumeSpec spec = word.getVolume().toBuilder().setDataKey(key).build();
        return word.toBuilder().setVolume(spec).build();
    }

    /** Keeps the key of a word, if it has one; otherwise gives it the one that is kept. */
    synchronized Desired complete(Desired word) {
        if (!word.hasVolume()) {
            return word;
        }
        ByteString told = word.getVolume().getDataKey();
        String volumeId = word.getVolume().getVolumeId();
        if (!told.isEmpty()) {
            keep(volumeId, told);
            return word;
        }
        ByteString known = keys.get(volumeId);
        return known == null || !word.getVolume().getEncrypted() ? word : withKey(word, known);
    }

    private void keep(String volumeId, ByteString key) {
        ByteString before = keys.put(volumeId, key);
        Path file = file(volumeId);
        if (key.equals(before) || file == null) {
            return;
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            claim(requireNonNull(file.getParent()));
            Files.deleteIfExists(fresh);
            try (var channel =
                    Files.newByteChannel(
                            fresh,
                            Set.of(CREATE_NEW, WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = key.asReadOnlyByteBuffer();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{}: its key is in this process alone: {}", volumeId, e.toString());
        }
    }

    private @Nullable Path file(String volumeId) {
        return folder.isPresent() && NAME.matcher(volumeId).matches()
                ? folder.get().resolve(volumeId)
                : null;
    }

    /** The volume is not on this host any more. */
    synchronized void forget(String volumeId) {
        Path file = file(volumeId);
        if (keys.remove(volumeId) != null && file != null) {
            try {
                Files.deleteIfExists(file);
                if (keys.isEmpty()) {
                    Files.deleteIfExists(requireNonNull(file.getParent()));
                }
            } catch (IOException e) {
                LOG.warn("{}: its key could not be removed: {}", volumeId, e.toString());
            }
        }
    }

    /** Forgets all but these. */
    synchronized void retain(Set<String> volumeIds) {
        Set.copyOf(keys.keySet()).stream()
                .filter(id -> !volumeIds.contains(id))
                .forEach(this::forget);
    }
}
