package io.brume.node.sim;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.ImageStore;
import io.brume.node.instance.GuestSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Images and disks without contents. Thread-safe. */
public final class SimulatedImageStore implements ImageStore {
    private static final long VIRTUAL_BYTES = 1L << 30;
    private static final long STORED_BYTES = 64L << 20;

    private final SimulationOptions options;
    private final SimulatedFaults faults;
    private final SimulatedFolder imageFolder;
    private final SimulatedFolder diskFolder;
    private final Map<String, StoredImage> images = new ConcurrentHashMap<>();
    private final Set<String> disks = ConcurrentHashMap.newKeySet();

    public SimulatedImageStore(SimulationOptions options) {
        this.options = requireNonNull(options);
        this.faults = new SimulatedFaults(options);
        this.imageFolder = new SimulatedFolder(options.state(), "images");
        this.diskFolder = new SimulatedFolder(options.state(), "disks");
        imageFolder.all().keySet().forEach(id -> images.put(id, stored(id)));
        disks.addAll(diskFolder.all().keySet());
    }

    private static StoredImage stored(String imageId) {
        return new StoredImage(
                imageId,
                VIRTUAL_BYTES,
                STORED_BYTES,
                "bios",
                "qcow2",
                "simulated",
                new GuestSpec.Boot.Firmware(false));
    }

    @Override
    public Map<String, StoredImage> images() {
        return Map.copyOf(images);
    }

    @Override
    public StoredImage importImage(ImageSource source, Consumer<Integer> progress)
            throws IOException {
        if (!source.source().matches("(file|https?):.+")) {
            throw new IOException("cannot import from '" + source.source() + "'");
        }
        progress.accept(0);
        faults.take(options.importTakes());
        faults.mayFail("the image cannot be fetched");
        progress.accept(100);
        StoredImage image = stored(source.imageId());
        imageFolder.put(source.imageId(), source.source());
        images.put(source.imageId(), image);
        return image;
    }

    @Override
    public void delete(String imageId) throws IOException {
        faults.mayFail("the image cannot be deleted");
        images.remove(imageId);
        imageFolder.remove(imageId);
    }

    @Override
    public Path createDisk(DiskRequest request) throws IOException {
        if (!request.imageId().isEmpty() && !images.containsKey(request.imageId())) {
            throw new IOException("There is no image " + request.imageId() + " on this host.");
        }
        faults.mayFail("the disk cannot be made");
        String name = name(request.instanceId(), request.volumeId());
        if (disks.add(name)) {
            diskFolder.put(name, request.imageId());
        }
        return Path.of("simulated", request.instanceId(), request.volumeId());
    }

    @Override
    public void deleteDisk(String instanceId, String volumeId) throws IOException {
        faults.mayFail("the disk cannot be deleted");
        String name = name(instanceId, volumeId);
        disks.remove(name);
        diskFolder.remove(name);
    }

    private static String name(String instanceId, String volumeId) {
        return instanceId + "," + volumeId;
    }

    /** Every disk that is here, as {@code instance,volume}. */
    public Set<String> disks() {
        return new TreeSet<>(disks);
    }
}
