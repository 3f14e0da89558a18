package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments of a folder, by number; a number is never used again. Thread-safe. */
final class Segments {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
    private static final String SUFFIX = ".segment";

    private final BlockFiles files;
    private final Path folder;
    private final RandomGenerator random;
    private final ConcurrentNavigableMap<Integer, SegmentFile> all = new ConcurrentSkipListMap<>();
    private final AtomicInteger next = new AtomicInteger(1);

    Segments(BlockFiles files, Path folder, RandomGenerator random) {
        this.files = files;
        this.folder = folder;
        this.random = random;
    }

    /** A segment that is being written. */
    record Fresh(SegmentFile segment, BlockFile file, SharedForce force, SegmentNames names) {}

    Path path(int number) {
        return folder.resolve("%08x".formatted(number) + SUFFIX);
    }

    BlockFiles files() {
        return files;
    }

    /** The numbers of the segments that the folder has. */
    int[] stored() throws IOException {
        files.createFolders(folder);
        return files.list(folder).stream()
                .filter(name -> name.matches("[0-9a-f]{8}" + SUFFIX))
                .mapToInt(name -> Integer.parseInt(name, 0, 8, 16))
                .toArray();
    }

    void add(SegmentFile segment) {
        all.put(segment.number, segment);
    }

    /** No segment up to this number is made any more. */
    void used(int number) {
        next.accumulateAndGet(number + 1, Math::max);
    }

    /** Makes a segment; it is durable, empty, and held for who writes it. */
    Fresh create(long nowMillis) throws IOException {
        int number = next.getAndIncrement();
        if (number > Location.MAX_SEGMENT) {
            throw new IOException("no numbers are left for segments");
        }
        var head = new SegmentFile.Head(number, random.nextLong(), nowMillis);
        var segment =
                new SegmentFile(
                        files,
                        path(number),
                        number,
                        head.secret(),
                        nowMillis,
                        SegmentFile.HEAD,
                        false);
        BlockFile file = segment.acquire();
        if (file == null) {
            throw new IllegalStateException("a new segment was deleted");
        }
        boolean made = false;
        try {
            SegmentFile.writeHead(file, head);
            file.force();
            files.forceFolder(folder);
            made = true;
        } finally {
            if (!made) {
                segment.retire();
                segment.release();
                deleteQuietly(path(number));
            }
        }
        all.put(number, segment);
        return new Fresh(
                segment, file, new SharedForce(file, SegmentFile.HEAD), new SegmentNames());
    }

    /** What is left over is deleted by the next start. */
    private void deleteQuietly(Path path) {
        try {
            files.delete(path);
        } catch (IOException e) {
            LOG.warn("{} is left over: {}", path, e.toString());
        }
    }

    @Nullable SegmentFile get(int number) {
        return all.get(number);
    }

    Collection<SegmentFile> all() {
        return all.values();
    }

    /** A record is not needed any more. */
    void dead(long location) {
        SegmentFile segment = all.get(Location.segment(location));
        if (segment != null) {
            segment.live.addAndGet(-Location.size(location));
        }
    }

    /** Deletes a segment durably; those who read from it still can. */
    void delete(SegmentFile segment) throws IOException {
        files.delete(segment.path());
        files.forceFolder(folder);
        all.remove(segment.number);
        segment.retire();
    }

    void close() {
        all.values().forEach(SegmentFile::retire);
    }
}
