package io.brume.node.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.node.host.DurableFiles;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Images and disks as files: {@code images/IMAGE/}, {@code disks/INSTANCE/VOLUME.qcow2}, and beside
 * a disk the name of the image it grows from. An image that was deleted while disks need it has a
 * file {@code deleted}. Thread-safe.
 */
public final class HostImageStore implements ImageStore {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
    private static final String DELETED = "deleted";
    // Room that stays free for what runs: a full disk stops every guest that writes.
    private static final long RESERVE_BYTES = 64L << 20;

    private final ImageSettings settings;
    private final ImageImport imports;
    private final QemuImg qemuImg;
    private final Path images;
    private final Path disks;
    private final Path importing;
    // Guards which images exist against which disks need them.
    private final ReentrantLock lock = new ReentrantLock();

    /** Opens the store, and removes what an interrupted import has left. */
    public HostImageStore(ImageSettings settings, Processes processes, Time time)
            throws IOException {
        this.settings = requireNonNull(settings);
        this.qemuImg = new QemuImg(processes, settings.worker(), settings.conversionTimeout());
        this.imports = new ImageImport(settings, processes, qemuImg, time);
        this.images = Files.createDirectories(settings.root().resolve("images"));
        this.disks = Files.createDirectories(settings.root().resolve("disks"));
        this.importing = settings.root().resolve("importing");
        DurableFiles.deleteTree(importing);
        Files.createDirectories(importing);
    }

    @Override
    public Map<String, StoredImage> images() {
        var all = new TreeMap<String, StoredImage>();
        try (var folders = Files.list(images)) {
            for (Path folder : folders.toList()) {
                ImageRecord.read(folder)
                        .ifPresent(record ->
                                all.put(
                                        record.imageId(),
                                        record.stored(folder, settings.uefiFirmware())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the images cannot be listed", e);
        }
        return Map.copyOf(all);
    }

    @Override
    public StoredImage importImage(ImageSource source, Consumer<Integer> progress)
            throws IOException {
        String id = checked(source.imageId());
        Path place = images.resolve(id);
        var present = present(id);
        if (present.isPresent()) {
            Files.deleteIfExists(place.resolve(DELETED));
            return present.get().stored(place, settings.uefiFirmware());
        }
        if (HostFacts.freeBytes(settings.root()) < RESERVE_BYTES) {
            throw new IOException("the host's disk is full");
        }
        Path work = importing.resolve(id);
        DurableFiles.deleteTree(work);
        try {
            Path target = Files.createDirectories(work.resolve("image"));
            Path scratch = Files.createDirectory(work.resolve("scratch"));
            ImageRecord record = imports.run(source, target, scratch, progress);
            record.write(target);
            DurableFiles.deleteTree(place); // What has no record is no image.
            DurableFiles.move(target, place);
            progress.accept(100);
            return record.stored(place, settings.uefiFirmware());
        } catch (IOException e) {
            throw explained(e);
        } finally {
            DurableFiles.deleteTree(work);
        }
    }

    private static IOException explained(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device")
                ? new IOException("the host's disk is full: " + message, e)
                : e;
    }

    private Optional<ImageRecord> present(String imageId) throws IOException {
        return ImageRecord.read(images.resolve(imageId));
    }

    @Override
    public void delete(String imageId) throws IOException {
        lock.lock();
        try {
            Path folder = images.resolve(checked(imageId));
            if (Files.exists(folder)) {
                Files.write(folder.resolve(DELETED), new byte[0]);
                dropIfUnused(imageId);
            }
        } finally {
            lock.unlock();
        }
    }

    private void dropIfUnused(String imageId) throws IOException {
        Path folder = images.resolve(imageId);
        if (!Files.exists(folder.resolve(DELETED)) || used(imageId)) {
            return;
        }
        // Out of the way in one step, so that no half of an image is ever taken for one.
        Path away = importing.resolve(imageId + ".deleted");
        DurableFiles.deleteTree(away);
        DurableFiles.move(folder, away);
        DurableFiles.deleteTree(away);
    }

    private boolean used(String imageId) throws IOException {
        try (var instances = Files.list(disks)) {
            for (Path instance : instances.toList()) {
                try (var files = Files.list(instance)) {
                    for (Path file : files.toList()) {
                        if (file.toString().endsWith(".image")
                                && Files.readString(file, UTF_8).equals(imageId)) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    @Override
    public Path createDisk(DiskRequest request) throws IOException {
        Path folder = disks.resolve(checked(request.instanceId()));
        String name = checked(request.volumeId());
        Path disk = folder.resolve(name + ".qcow2");
        if (Files.exists(disk)) {
            return disk;
        }
        if (HostFacts.freeBytes(settings.root()) < RESERVE_BYTES) {
            throw new IOException("the host's disk is full");
        }
        try {
            Files.createDirectories(folder);
            if (request.imageId().isEmpty()) {
                qemuImg.blank(folder, name + ".next", request.sizeBytes());
            } else {
                overlay(request, folder, name);
            }
            DurableFiles.sync(folder.resolve(name + ".next"));
            DurableFiles.move(folder.resolve(name + ".next"), disk);
            return disk;
        } catch (IOException e) {
            deleteDisk(request.instanceId(), request.volumeId());
            throw explained(e);
        }
    }

    private void overlay(DiskRequest request, Path folder, String name) throws IOException {
        String imageId = checked(request.imageId());
        hold(imageId, request.sizeBytes(), folder.resolve(name + ".image"));
        qemuImg.overlay(
                folder,
                "../../images/" + imageId + "/" + ImageRecord.DISK,
                name + ".next",
                request.sizeBytes());
    }

    // Before the disk is made: from here on the image stays.
    private void hold(String imageId, long sizeBytes, Path note) throws IOException {
        lock.lock();
        try {
            var image =
                    present(imageId)
                            .orElseThrow(
                                    () -> new IOException("the image " + imageId + " is not here"));
            if (sizeBytes < image.virtualSizeBytes()) {
                throw new IOException(
                        "a disk of %d bytes is smaller than its image of %d"
                                .formatted(sizeBytes, image.virtualSizeBytes()));
            }
            DurableFiles.write(note, imageId.getBytes(UTF_8));
            Files.deleteIfExists(images.resolve(imageId).resolve(DELETED));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void deleteDisk(String instanceId, String volumeId) throws IOException {
        lock.lock();
        try {
            removeDisk(disks.resolve(checked(instanceId)), checked(volumeId));
        } finally {
            lock.unlock();
        }
    }

    private void removeDisk(Path folder, String name) throws IOException {
        String imageId = "";
        try {
            imageId = Files.readString(folder.resolve(name + ".image"), UTF_8);
        } catch (NoSuchFileException e) {
            // A blank disk.
        }
        Files.deleteIfExists(folder.resolve(name + ".qcow2"));
        Files.deleteIfExists(folder.resolve(name + ".next"));
        Files.deleteIfExists(folder.resolve(name + ".image"));
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // The instance has other disks.
        }
        if (!imageId.isEmpty()) {
            dropIfUnused(imageId);
        }
    }

    private static String checked(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("not an identifier: " + id);
        }
        return id;
    }
}
