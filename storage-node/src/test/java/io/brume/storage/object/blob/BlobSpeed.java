package io.brume.storage.object.blob;

import io.brume.common.time.Time;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast the blobs of a folder are: {@code BlobSpeed FOLDER [SECONDS [LANES [SMALL]]]}. Writes
 * are durable. Not a test.
 */
final class BlobSpeed {
    private static final Logger LOG = LoggerFactory.getLogger(BlobSpeed.class);
    private static final BlobClaim CLAIM =
            new BlobClaim(1, new ObjectKey("a/key"), Optional.empty());

    private final DiskBlobs blobs;
    private final long nanos;
    private final List<Blob> written = new ArrayList<>();

    private BlobSpeed(DiskBlobs blobs, int seconds) {
        this.blobs = blobs;
        this.nanos = seconds * 1_000_000_000L;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        int lanes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
        int small = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1 << 20;
        var options = new BlobOptions(256 << 20, small, lanes, 1 << 20);
        try (DiskBlobs blobs =
                DiskBlobs.open(folder, BlockFiles.system(), options, Time.system(), new Random())) {
            var speed = new BlobSpeed(blobs, seconds);
            for (int threads : new int[] {1, 16}) {
                for (int size : new int[] {4 << 10, 64 << 10, 1 << 20, 16 << 20}) {
                    speed.measure(size, threads);
                }
            }
            LOG.info("{}", blobs.counts());
        }
    }

    /** What one thread does again and again. */
    private interface Work {
        void run(byte[] bytes) throws IOException;
    }

    private void measure(int size, int threads) throws Exception {
        written.clear();
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        report("write", size, threads, this::write);
        report("read", size, threads, this::read);
    }

    private void write(byte[] bytes) throws IOException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        var id = BlobId.of(1, random.nextLong(), random.nextLong());
        try (BlobWriter writer = blobs.write(id, CLAIM, bytes.length)) {
            writer.write(ByteBuffer.wrap(bytes));
            writer.finish();
        }
        synchronized (written) {
            written.add(new Blob(id, bytes.length));
        }
    }

    private void read(byte[] bytes) throws IOException {
        Blob blob = written.get(ThreadLocalRandom.current().nextInt(written.size()));
        try (ContentReader reader = blobs.read(blob, 0, blob.length())) {
            long length = 0;
            for (var run = reader.next(); run != null; run = reader.next()) {
                length += run.length();
            }
            if (length != bytes.length) {
                throw new IOException("too few bytes");
            }
        }
    }

    private void report(String name, int size, int threads, Work work) throws Exception {
        var count = new AtomicLong();
        long[][] times = new long[threads][];
        List<Thread> all = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            int index = i;
            all.add(Thread.ofVirtual().start(() -> times[index] = loop(began, size, work, count)));
        }
        for (Thread thread : all) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long[] sorted = Arrays.stream(times).flatMapToLong(Arrays::stream).sorted().toArray();
        LOG.info(
                "{} of {} KiB, {} threads: {}/s, {} MiB/s, p50 {} us, p99 {} us",
                name,
                size >> 10,
                threads,
                (long) (count.get() / seconds),
                (long) (count.get() / seconds * size / (1 << 20)),
                sorted[sorted.length / 2] / 1000,
                sorted[sorted.length * 99 / 100] / 1000);
    }

    private long[] loop(long began, int size, Work work, AtomicLong count) {
        byte[] bytes = new byte[size];
        ThreadLocalRandom.current().nextBytes(bytes);
        long[] times = new long[1 << 16];
        int done = 0;
        long now = System.nanoTime();
        while (now - began < nanos) {
            try {
                work.run(bytes);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            long end = System.nanoTime();
            times[done++ & times.length - 1] = end - now;
            now = end;
            count.incrementAndGet();
        }
        return Arrays.copyOf(times, Math.min(done, times.length));
    }
}
