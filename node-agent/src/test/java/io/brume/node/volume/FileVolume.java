package io.brume.node.volume;

import io.brume.common.time.Time;
import io.brume.node.volume.nbd.NbdVolumes;
import io.brume.node.volume.nbd.OutsideDoors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A volume in a plain file, without replicas. */
public final class FileVolume implements VolumeBackend, BlockDevice {
    private final EventLoop loop;
    private final Path file;
    private final Consumer<VolumeStatus> listener;
    private final List<Runnable> resized = new ArrayList<>();
    private BlockDevice now;

    private FileVolume(
            EventLoop loop, Path file, VolumeWant want, Consumer<VolumeStatus> listener) {
        this.loop = loop;
        this.file = file;
        this.listener = listener;
        this.now = open(want.sizeBytes());
    }

    /** Volumes that are files in a folder, named as the volumes. */
    public static NbdVolumes served(Path sockets, Path files) throws IOException {
        return new NbdVolumes(
                sockets,
                id -> SelectorLoop.start(id, Time.system()),
                (loop, want, listener) ->
                        new FileVolume(
                                loop, files.resolve(want.volumeId() + ".raw"), want, listener),
                OutsideDoors.onLoopback());
    }

    /** How such a volume is wanted. */
    public static VolumeWant want(String volumeId, long generation, long sizeBytes) {
        return new VolumeWant(volumeId, generation, 1, sizeBytes, List.of(), 0, 0, List.of());
    }

    private FileBlockDevice open(long sizeBytes) {
        try {
            return new FileBlockDevice(loop, file, sizeBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public BlockDevice device() {
        return this;
    }

    @Override
    public void apply(VolumeWant want) {
        if (want.sizeBytes() > now.sizeBytes()) {
            now = open(want.sizeBytes());
            resized.forEach(Runnable::run);
        }
        listener.accept(
                new VolumeStatus(
                        want.volumeId(),
                        want.generation(),
                        want.epoch(),
                        VolumeStatus.Phase.SERVING,
                        "",
                        List.of(),
                        List.of(),
                        want.cuts(),
                        now.sizeBytes()));
    }

    @Override
    public void close() {
        now = new FailingDevice(now.sizeBytes());
    }

    @Override
    public long sizeBytes() {
        return now.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into, Done done) {
        now.read(offset, into, done);
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean durable, Done done) {
        now.write(offset, from, durable, done);
    }

    @Override
    public void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done) {
        now.zero(offset, length, keepAllocated, durable, done);
    }

    @Override
    public void flush(Done done) {
        now.flush(done);
    }

    @Override
    public void extents(long offset, long length, Extents done) {
        now.extents(offset, length, done);
    }

    @Override
    public void onResize(Runnable listener) {
        resized.add(listener);
    }
}
