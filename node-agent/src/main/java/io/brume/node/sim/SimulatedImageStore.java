package io.brume.node.sim;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.ImageStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Images without contents; each is started by its firmware. Thread-safe. */
public final class SimulatedImageStore implements ImageStore {
    private static final long VIRTUAL_BYTES = 1L << 30;
    private static final long STORED_BYTES = 64L << 20;
    private static final String WITH_DISK = "with disk";
    private static final String WITHOUT_DISK = "without disk";

    private final SimulationOptions options;
    private final SimulatedFaults faults;
    private final SimulatedFolder folder;
    private final Map<String, StoredImage> images = new ConcurrentHashMap<>();

    public SimulatedImageStore(SimulationOptions options) {
        this.options = requireNonNull(options);
        this.faults = new SimulatedFaults(options);
        this.folder = new SimulatedFolder(options.state(), "images");
        folder.all().forEach((id, text) -> images.put(id, stored(id, text.equals(WITH_DISK))));
    }

    private static StoredImage stored(String imageId, boolean withDisk) {
        return new StoredImage(
                imageId,
                VIRTUAL_BYTES,
                STORED_BYTES,
                "bios",
                "qcow2",
                "simulated",
                withDisk ? Optional.of(Path.of("simulated", imageId)) : Optional.empty(),
                Optional.empty());
    }

    private StoredImage keep(String imageId, boolean withDisk) {
        StoredImage image = stored(imageId, withDisk);
        folder.put(imageId, withDisk ? WITH_DISK : WITHOUT_DISK);
        images.put(imageId, image);
        return image;
    }

    @Override
    public Map<String, StoredImage> images() {
        return Map.copyOf(images);
    }

    @Override
    public StoredImage importImage(ImageSource source, Consumer<Integer> progress)
            throws IOException {
        StoredImage present = images.get(source.imageId());
        if (present != null && (!source.withDisk() || present.disk().isPresent())) {
            return present;
        }
        if (!source.source().matches("(file|https?|s3):.+")) {
            throw new IOException("cannot import from '" + source.source() + "'");
        }
        progress.accept(0);
        faults.take(options.importTakes());
        faults.mayFail("the image cannot be fetched");
        progress.accept(100);
        return keep(source.imageId(), source.withDisk());
    }

    @Override
    public void dropDisk(String imageId) throws IOException {
        faults.mayFail("the disk cannot be deleted");
        if (images.containsKey(imageId)) {
            keep(imageId, false);
        }
    }

    @Override
    public void delete(String imageId) throws IOException {
        faults.mayFail("the image cannot be deleted");
        images.remove(imageId);
        folder.remove(imageId);
    }
}
