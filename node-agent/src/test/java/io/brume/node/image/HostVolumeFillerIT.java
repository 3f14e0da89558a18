package io.brume.node.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import io.brume.node.image.VolumeFiller.Source;
import io.brume.node.image.VolumeFiller.Target;
import io.brume.node.volume.BlockDevice;
import io.brume.node.volume.FileVolume;
import io.brume.node.volume.MemoryBlockDevice;
import io.brume.node.volume.SelectorLoop;
import io.brume.node.volume.VolumeBackend;
import io.brume.node.volume.VolumeWant;
import io.brume.node.volume.nbd.NbdVolumes;
import io.brume.node.volume.nbd.OutsideDoors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the real qemu-img, into volumes that are served by NBD. */
@Timeout(120)
class HostVolumeFillerIT {
    private static final String IMAGE = "ami-0123456789abcdef0";
    private static final String VOLUME = "vol-0123456789abcdef0";
    private static final String OTHER = "vol-0123456789abcdef1";
    private static final int MIB = 1 << 20;
    private static final int WORKER = 1_879_048_191;

    @TempDir private Path folder;
    private final Processes processes = Processes.system();
    private byte[] content;
    private Path disk;
    private ImageSettings settings;
    private HostVolumeFiller filler;

    @BeforeEach
    void begin() throws IOException {
        // As an agent's folder may be: nobody but root can walk there.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        content = new byte[16 * MIB];
        byte[] noise = new byte[3 * MIB];
        new Random(5).nextBytes(noise);
        System.arraycopy(noise, 0, content, 4 * MIB + 512, noise.length);
        Path raw = Files.write(folder.resolve("disk.raw"), content);
        disk = folder.resolve("disk.qcow2");
        run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), disk.toString());
        Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-------"));
        settings = ImageSettings.in(folder.resolve("store"), List.of(), WORKER);
        filler = new HostVolumeFiller(settings, processes);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (var left = Files.list(settings.root().resolve("filling"))) {
            assertThat(left).isEmpty();
        }
    }

    private void run(String... command) throws IOException {
        processes.run(HostCommand.of(command)).orThrow();
    }

    private Source image() {
        return new Source.OfImage(IMAGE, disk);
    }

    @Test
    void theVolumeIsTheDiskWhateverAnEarlierAttemptWrote() throws Exception {
        byte[] tried = new byte[16 * MIB];
        new Random(6).nextBytes(tried);
        byte[] before = Arrays.copyOf(tried, 24 * MIB);
        Path file = Files.write(folder.resolve(VOLUME + ".raw"), before);
        List<Integer> told = new CopyOnWriteArrayList<>();
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            Target target = target(volumes, VOLUME, 24 * MIB);
            assertThat(filler.isFilled(VOLUME, IMAGE)).isFalse();
            filler.fill(target, image(), told::add);
        }
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(24 * MIB);
        assertThat(Arrays.equals(bytes, Arrays.copyOf(content, 24 * MIB))).isTrue();
        assertThat(told).isSorted().endsWith(100);
        assertThat(filler.isFilled(VOLUME, IMAGE)).isTrue();
        assertThat(filler.isFilled(VOLUME, "ami-another")).isFalse();
        assertThat(new HostVolumeFiller(settings, processes).isFilled(VOLUME, IMAGE))
                .as("another agent knows")
                .isTrue();
        filler.forget(VOLUME);
        filler.forget(VOLUME);
        assertThat(filler.isFilled(VOLUME, IMAGE)).isFalse();
    }

    @Test
    void zerosStayHoles() throws Exception {
        var written = new AtomicInteger();
        try (NbdVolumes volumes =
                served(size ->
                        new Told(size) {
                            @Override
                            public void write(
                                    long offset, ByteBuffer from, boolean durable, Done done) {
                                written.addAndGet(from.remaining());
                                super.write(offset, from, durable, done);
                            }
                        })) {
            filler.fill(target(volumes, VOLUME, 1 << 30), image(), percent -> {});
        }
        assertThat(written.get()).isBetween(3 * MIB, 4 * MIB);
    }

    @Test
    void aVolumeIsFilledFromAnother() throws Exception {
        Files.write(folder.resolve(OTHER + ".raw"), content);
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            Target from = target(volumes, OTHER, 16 * MIB);
            Target to = target(volumes, VOLUME, 16 * MIB);
            filler.fill(to, new Source.OfVolume(OTHER, from.socket()), percent -> {});
        }
        assertThat(Arrays.equals(Files.readAllBytes(folder.resolve(VOLUME + ".raw")), content))
                .isTrue();
        assertThat(filler.isFilled(VOLUME, OTHER)).isTrue();
    }

    @Test
    void itIsDoneOnlyWhenItIsDurable() throws Exception {
        try (NbdVolumes volumes =
                served(size ->
                        new Told(size) {
                            @Override
                            public void flush(Done done) {
                                done.done(5);
                            }
                        })) {
            Target target = target(volumes, VOLUME, 16 * MIB);
            assertThatThrownBy(() -> filler.fill(target, image(), percent -> {}))
                    .isInstanceOf(IOException.class);
        }
        assertThat(filler.isFilled(VOLUME, IMAGE)).isFalse();
    }

    @Test
    void aVolumeThatIsTooSmallOrFailsIsNotFilled() throws Exception {
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            Target small = target(volumes, VOLUME, 8 * MIB);
            assertThatThrownBy(() -> filler.fill(small, image(), percent -> {}))
                    .isInstanceOf(IOException.class);
            Target failing = target(volumes, OTHER, 16 * MIB);
            volumes.fail(OTHER, 16 * MIB);
            assertThatThrownBy(() -> filler.fill(failing, image(), percent -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Input/output error");
        }
        assertThat(filler.isFilled(VOLUME, IMAGE)).isFalse();
        assertThat(filler.isFilled(OTHER, IMAGE)).isFalse();
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        var asked = new AtomicInteger();
        try (NbdVolumes volumes =
                served(size ->
                        new Told(size) {
                            @Override
                            public void write(
                                    long offset, ByteBuffer from, boolean durable, Done done) {
                                asked.incrementAndGet(); // and is never answered
                            }
                        })) {
            Target target = target(volumes, VOLUME, 16 * MIB);
            var work =
                    new FutureTask<>(() -> {
                        filler.fill(target, image(), percent -> {});
                        return true;
                    });
            Thread thread = Thread.ofVirtual().start(work);
            await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() > 0);
            thread.interrupt();
            assertThatThrownBy(() -> work.get(20, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(InterruptedException.class);
        }
        assertThat(filler.isFilled(VOLUME, IMAGE)).isFalse();
    }

    private static Target target(NbdVolumes volumes, String volumeId, long size)
            throws IOException {
        volumes.apply(FileVolume.want(volumeId, 1, size));
        return new Target(volumeId, volumes.offer(volumeId));
    }

    private NbdVolumes served(Function<Long, BlockDevice> devices) throws IOException {
        return new NbdVolumes(
                folder.resolve("volumes"),
                id -> SelectorLoop.start(id, Time.system()),
                (loop, want, listener) -> new Backend(devices.apply(want.sizeBytes())),
                OutsideDoors.onLoopback());
    }

    /** A volume that is a device, and serves from the start. */
    private record Backend(BlockDevice device) implements VolumeBackend {
        @Override
        public void apply(VolumeWant want) {}

        @Override
        public void close() {}
    }

    /** A device in memory whose parts can be replaced. */
    private static class Told implements BlockDevice {
        private final MemoryBlockDevice memory;

        Told(long size) {
            memory = new MemoryBlockDevice(size);
        }

        @Override
        public long sizeBytes() {
            return memory.sizeBytes();
        }

        @Override
        public void read(long offset, ByteBuffer into, Done done) {
            memory.read(offset, into, done);
        }

        @Override
        public void write(long offset, ByteBuffer from, boolean durable, Done done) {
            memory.write(offset, from, durable, done);
        }

        @Override
        public void zero(
                long offset, long length, boolean keepAllocated, boolean durable, Done done) {
            memory.zero(offset, length, keepAllocated, durable, done);
        }

        @Override
        public void flush(Done done) {
            memory.flush(done);
        }

        @Override
        public void extents(long offset, long length, Extents done) {
            memory.extents(offset, length, done);
        }

        @Override
        public void onResize(Runnable listener) {
            memory.onResize(listener);
        }
    }
}
