package io.brume.node.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.node.host.DurableFiles;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Fills volumes with qemu-img. For the time of the work the worker gets a folder with links to the
 * sockets and the disk, and reaches nothing else. Which volumes are filled is told by files {@code
 * filled/VOLUME} with the source's id. Thread-safe.
 */
public final class HostVolumeFiller implements VolumeFiller {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
    private static final String DISK = "source.qcow2";

    private final QemuImg qemuImg;
    private final int worker;
    private final Path filling;
    private final Path filled;

    /** Opens it, and removes what interrupted work has left. */
    public HostVolumeFiller(ImageSettings settings, Processes processes) throws IOException {
        this.qemuImg = new QemuImg(processes, settings.worker(), settings.conversionTimeout());
        this.worker = settings.worker();
        this.filling = settings.root().resolve("filling");
        this.filled = Files.createDirectories(settings.root().resolve("filled"));
        DurableFiles.deleteTree(filling);
        Files.createDirectories(filling);
    }

    @Override
    public void fill(Target volume, Source source, Consumer<Integer> progress) throws IOException {
        String id = checked(volume.volumeId());
        Path folder = filling.resolve(id);
        DurableFiles.deleteTree(folder);
        try {
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            give(folder);
            link(volume.socket(), folder.resolve(QemuImg.socket(id)));
            qemuImg.fill(folder, contents(source, folder), id, progress);
            DurableFiles.write(filled.resolve(id), source.id().getBytes(UTF_8));
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    private QemuImg.Contents contents(Source source, Path folder) throws IOException {
        return switch (source) {
            case Source.OfImage(String _, Path disk) -> {
                // A file has one owner, whatever its names: the worker may read it, no more, and
                // finds it nowhere else.
                Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-r--r--"));
                Files.createLink(folder.resolve(DISK), disk);
                yield QemuImg.Contents.file(DISK);
            }
            case Source.OfVolume(String id, Path socket) -> {
                link(socket, folder.resolve(QemuImg.socket(checked(id))));
                yield QemuImg.Contents.volume(id);
            }
        };
    }

    // The socket becomes the worker's, as it becomes a guest's later; root may always connect.
    private void link(Path socket, Path name) throws IOException {
        Files.createLink(name, socket);
        give(name);
    }

    private void give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", worker, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", worker, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean isFilled(String volumeId, String sourceId) {
        try {
            return Files.readString(filled.resolve(checked(volumeId)), UTF_8).equals(sourceId);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("what is filled cannot be read", e);
        }
    }

    @Override
    public void forget(String volumeId) throws IOException {
        Files.deleteIfExists(filled.resolve(checked(volumeId)));
    }

    private static String checked(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("not an identifier: " + id);
        }
        return id;
    }
}
