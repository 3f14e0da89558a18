package io.brume.node.volume.nbd;

import static java.util.Objects.requireNonNull;

import io.brume.node.volume.EventLoop;
import io.brume.node.volume.OutsideAddress;
import io.brume.node.volume.OutsideOffer;
import io.brume.node.volume.VolumeBackend;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.VolumeWant;
import io.brume.node.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Volumes served by NBD, each with a loop, a backend and a server of its own. The socket of a
 * volume is the file with its id in the folder of the sockets. Thread-safe.
 */
public final class NbdVolumes implements Volumes {
    // What struct sockaddr_un takes, without the mark of a new socket.
    private static final int MAX_SOCKET_PATH = 106;

    /** Starts the loop of a volume. */
    @FunctionalInterface
    public interface Loops {
        EventLoop start(String volumeId) throws IOException;
    }

    private final Path folder;
    private final Loops loops;
    private final NbdVolume.Parts parts;
    private final Map<String, NbdVolume> volumes = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    /**
     * No volumes yet.
     *
     * @param folder for the sockets; made when missing, open to this process's user alone
     * @param doors where clients that are no guests are let in
     * @throws IOException when the folder cannot be made
     */
    public NbdVolumes(Path folder, Loops loops, VolumeBackend.Factory backends, OutsideDoors doors)
            throws IOException {
        this.folder = folder.toAbsolutePath().normalize();
        this.loops = requireNonNull(loops);
        this.parts = new NbdVolume.Parts(backends, doors);
        Files.createDirectories(this.folder);
        Files.setPosixFilePermissions(this.folder, PosixFilePermissions.fromString("rwx------"));
        try (var left = Files.newDirectoryStream(this.folder, "vol-*.sock*")) {
            for (Path socket : left) {
                Files.delete(socket); // Nobody listens there any more.
            }
        }
    }

    @Override
    public void apply(VolumeWant want) throws IOException {
        NbdVolume volume = volumes.get(want.volumeId());
        if (volume == null) {
            volume = begin(want.volumeId());
        }
        volume.apply(want);
    }

    private synchronized NbdVolume begin(String volumeId) throws IOException {
        NbdVolume known = volumes.get(volumeId);
        if (known != null) {
            return known;
        }
        var fresh =
                new NbdVolume(
                        volumeId,
                        socket(volumeId),
                        loops.start(volumeId),
                        parts,
                        () -> listeners.forEach(listener -> listener.accept(volumeId)));
        volumes.put(volumeId, fresh);
        return fresh;
    }

    private Path socket(String volumeId) throws IOException {
        Path socket = folder.resolve(volumeId + ".sock").normalize();
        if (!folder.equals(socket.getParent())) {
            throw new IllegalArgumentException("not a volume id: " + volumeId);
        }
        if (NbdVolume.outsideOf(socket).toString().length() > MAX_SOCKET_PATH) {
            throw new IOException("the data directory's name is too long for sockets: " + folder);
        }
        return socket;
    }

    @Override
    public Optional<VolumeStatus> status(String volumeId) {
        return Optional.ofNullable(volumes.get(volumeId)).flatMap(NbdVolume::status);
    }

    @Override
    public Path offer(String volumeId) throws IOException {
        NbdVolume volume = volumes.get(volumeId);
        if (volume == null) {
            throw new IOException("the volume " + volumeId + " is not served here");
        }
        return volume.offer();
    }

    @Override
    public void withdraw(String volumeId) {
        NbdVolume volume = volumes.get(volumeId);
        if (volume != null) {
            volume.withdrawSoon();
        }
    }

    @Override
    public void offerOutside(String volumeId, OutsideOffer offer) throws IOException {
        NbdVolume volume = volumes.get(volumeId);
        if (volume == null) {
            throw new IOException("the volume " + volumeId + " is not served here");
        }
        volume.offerOutside(offer);
    }

    @Override
    public Optional<OutsideAddress> outside(String volumeId) {
        return Optional.ofNullable(volumes.get(volumeId)).flatMap(NbdVolume::outside);
    }

    @Override
    public void withdrawOutside(String volumeId) throws IOException {
        NbdVolume volume = volumes.get(volumeId);
        if (volume != null) {
            volume.withdrawOutside();
        }
    }

    @Override
    public Path fail(String volumeId, long sizeBytes) throws IOException {
        NbdVolume volume = begin(volumeId);
        return volume.fail(sizeBytes);
    }

    @Override
    public void release(String volumeId) {
        NbdVolume volume = volumes.remove(volumeId);
        if (volume != null) {
            volume.end();
        }
    }

    @Override
    public void onChange(Consumer<String> listener) {
        listeners.add(requireNonNull(listener));
    }

    @Override
    public void close() {
        List.copyOf(volumes.keySet()).forEach(this::release);
    }
}
