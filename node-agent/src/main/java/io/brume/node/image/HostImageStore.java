package io.brume.node.image;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.node.host.DurableFiles;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Images as folders {@code images/IMAGE/}: a record, what guests start from, and the disk while it
 * is wanted. Thread-safe.
 */
public final class HostImageStore implements ImageStore {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
    // Room that stays free for what runs: a full disk stops every program that writes.
    private static final long RESERVE_BYTES = 64L << 20;

    private final ImageSettings settings;
    private final ImageImport imports;
    private final Path images;
    private final Path importing;

    /** Opens the store, and removes what an interrupted import has left. */
    public HostImageStore(ImageSettings settings, Processes processes, Time time)
            throws IOException {
        this.settings = requireNonNull(settings);
        var qemuImg = new QemuImg(processes, settings.worker(), settings.conversionTimeout());
        this.imports = new ImageImport(settings, processes, qemuImg, time);
        this.images = Files.createDirectories(settings.root().resolve("images"));
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
                        .ifPresent(record -> all.put(record.imageId(), record.stored(folder)));
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
        var present = ImageRecord.read(place).map(record -> record.stored(place));
        if (present.isPresent() && (!source.withDisk() || present.get().disk().isPresent())) {
            return present.get();
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
            delete(id); // What has no record is no image; one without its disk begins anew.
            DurableFiles.move(target, place);
            progress.accept(100);
            return record.stored(place);
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

    @Override
    public void dropDisk(String imageId) throws IOException {
        Files.deleteIfExists(images.resolve(checked(imageId)).resolve(ImageRecord.DISK));
    }

    @Override
    public void delete(String imageId) throws IOException {
        Path folder = images.resolve(checked(imageId));
        if (!Files.exists(folder)) {
            return;
        }
        // Out of the way in one step, so that no half of an image is ever taken for one.
        Path away = importing.resolve(imageId + ".deleted");
        DurableFiles.deleteTree(away);
        DurableFiles.move(folder, away);
        DurableFiles.deleteTree(away);
    }

    private static String checked(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("not an identifier: " + id);
        }
        return id;
    }
}
