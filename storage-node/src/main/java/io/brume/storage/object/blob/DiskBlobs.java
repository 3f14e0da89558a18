package io.brume.storage.object.blob;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.block.Space;
import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs of one node's disk. Thread-safe; blocks.
 *
 * <p>What was finished is found again after the loss of power; what was deleted is not. A full disk
 * refuses with {@link io.brume.storage.object.data.NoSpaceException} and takes again when there is
 * space. When anything else of a shared file fails, nothing is written any more ({@link #failure}):
 * only a new start can tell what is on the disk. Reading goes on.
 */
public final class DiskBlobs implements AutoCloseable {
    /** At most so many blobs wait in memory to be whole, and so many are read at a time. */
    private static final int MOST_BUFFERS = 256;

    private static final int MOST_LARGE_BUFFERS = 48;
    private static final int TINY = 16 << 10;

    /** What is written at once of a blob with a file of its own, for so many of them at a time. */
    private static final int STAGE = 1 << 20;

    private static final int MOST_STAGES = 24;

    /** A disk on which fewer segments than this have room fills up. */
    private static final long FILLING = 16;

    private static final Logger LOG = LoggerFactory.getLogger(DiskBlobs.class);

    private final BlobOptions options;
    private final Time time;
    private final Space space;
    private final BlobTable table = new BlobTable();
    private final BufferPool readers =
            new BufferPool(RunSums.RUN + BlobHeader.MAX_SMALL + BlobHeader.ALIGN, MOST_BUFFERS);
    private final BufferPool tiny = new BufferPool(room(TINY), MOST_BUFFERS);
    private final BufferPool large;
    private final BufferPool stages = new BufferPool(STAGE, MOST_STAGES);
    private final OwnFiles own;
    private final Segments segments;
    private final Deaths deaths;
    private final Rewriter rewriter;
    private final BlobFinder finder;

    /** For small blobs, then for larger ones, then for those that are moved. */
    private final List<Lane> lanes = new ArrayList<>();

    private final ConcurrentLinkedQueue<Unsealed> unsealed = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    /** Deletions hold it for reading, moving holds it for writing. */
    private final ReentrantReadWriteLock moving = new ReentrantReadWriteLock();

    private final Parts parts = new Parts();

    private record Unsealed(SegmentFile segment, SegmentNames names) {}

    private static int room(int bytes) {
        return BlobHeader.MAX_SMALL + bytes + BlobHeader.ALIGN;
    }

    private DiskBlobs(
            Path folder, BlockFiles files, BlobOptions options, Time time, RandomGenerator random) {
        this.options = options;
        this.time = requireNonNull(time);
        this.space = new Space(files, folder, options.reserveBytes(), () -> 0);
        this.large = new BufferPool(room(options.smallBytes()), MOST_LARGE_BUFFERS);
        this.own = new OwnFiles(files, folder.resolve("files"), readers);
        this.segments = new Segments(files, folder.resolve("segments"), random);
        this.deaths = new Deaths(files, folder.resolve("deaths"), this::fail);
        for (int i = 0; i < options.lanes() + 2; i++) {
            lanes.add(
                    new Lane(
                            segments,
                            options.segmentBytes(),
                            space,
                            time,
                            full -> unsealed.add(unsealed(full)),
                            this::fail));
        }
        this.finder = new BlobFinder(table, segments, own, readers);
        this.rewriter =
                new Rewriter(segments, table, deaths, lanes.getLast(), options.segmentBytes());
    }

    /**
     * Takes up what a folder has; makes it when there is none.
     *
     * @param random whose numbers nobody guesses
     */
    public static DiskBlobs open(
            Path folder, BlockFiles files, BlobOptions options, Time time, RandomGenerator random)
            throws IOException {
        long started = time.nanos();
        files.createFolders(folder);
        var blobs = new DiskBlobs(folder, files, options, time, random);
        List<Unsealed> found =
                new Opening(blobs.table, blobs.segments, blobs.deaths, blobs.own)
                        .open().stream()
                                .map(one -> new Unsealed(one.segment(), one.names()))
                                .toList();
        blobs.unsealed.addAll(found);
        LOG.info(
                "{} blobs were found in {} ms",
                blobs.table.count(),
                time.since(started).toMillis());
        return blobs;
    }

    private static Unsealed unsealed(Segments.Fresh full) {
        full.segment().release();
        return new Unsealed(full.segment(), full.names());
    }

    private void fail(IOException cause) {
        if (failure.compareAndSet(null, cause)) {
            LOG.error("the disk of blobs has failed: nothing is written any more", cause);
        }
    }

    /** Why nothing is written any more. */
    public Optional<IOException> failure() {
        return Optional.ofNullable(failure.get());
    }

    private void checkFailure() throws IOException {
        IOException cause = failure.get();
        if (cause != null) {
            throw new IOException("the disk of blobs has failed: " + cause.getMessage(), cause);
        }
    }

    /**
     * Begins a blob.
     *
     * @param expected how many bytes there will be; −1 = not known. A hint
     */
    public BlobWriter write(BlobId id, BlobClaim claim, long expected) throws IOException {
        return write(id, claim, time.now(), expected);
    }

    /**
     * Begins a blob that was written elsewhere before. When it is here already, it stays as it is.
     *
     * @param written when it was
     */
    public BlobWriter write(BlobId id, BlobClaim claim, Instant written, long expected)
            throws IOException {
        checkFailure();
        return new SmallWriter(
                parts, id, BlobHeader.encode(claim), written, expected, this::addNew);
    }

    /** Begins a blob that takes the place of the one that is here, which is damaged. */
    public BlobWriter rewrite(BlobFacts facts) throws IOException {
        checkFailure();
        return new SmallWriter(
                parts,
                facts.blob().id(),
                BlobHeader.encode(facts.claim()),
                facts.written(),
                facts.blob().length(),
                this::addInstead);
    }

    private final class Parts implements SmallWriter.Parts {
        @Override
        public BufferPool buffers(long bytes) {
            return bytes <= TINY ? tiny : large;
        }

        @Override
        public Lane lane(long length) {
            int larger = Math.floorMod((int) Thread.currentThread().threadId(), options.lanes());
            return lanes.get(length <= RunSums.RUN ? 0 : 1 + larger);
        }

        @Override
        public BlobWriter own(
                BlobId id, byte[] claim, Instant written, long expected, OwnFileWriter.Named named)
                throws IOException {
            return new OwnFileWriter(own, space, id, claim, written, expected, stages, named);
        }

        @Override
        public int smallBytes() {
            return options.smallBytes();
        }
    }

    private void addNew(BlobId id, long location) throws IOException {
        if (!table.replace(id, 0, location) && !isSameFile(id, location)) {
            drop(id, location);
        }
    }

    private boolean isSameFile(BlobId id, long location) {
        return Location.isOwnFile(location) && table.get(id) == location;
    }

    private void addInstead(BlobId id, long location) throws IOException {
        moving.readLock().lock();
        try {
            long before = table.get(id);
            while (!table.replace(id, before, location)) {
                before = table.get(id);
            }
            if (before != 0 && before != location) {
                drop(id, before);
            }
        } finally {
            moving.readLock().unlock();
        }
    }

    /** Nobody finds it here any more. */
    private void drop(BlobId id, long location) throws IOException {
        if (Location.isOwnFile(location)) {
            own.delete(List.of(new Blob(id, Location.length(location))));
        } else {
            segments.dead(location);
            deaths.addLater(location);
            deaths.add(List.of());
        }
    }

    /**
     * Reads a range of a blob.
     *
     * @throws NoSuchBlobException when it is not here
     * @throws DamagedBlobException when what is here of it is not right; also while reading
     */
    public ContentReader read(Blob blob, long offset, long length) throws IOException {
        return finder.open(blob, offset, length, true);
    }

    /** The same, all of it as {@link ContentReader.Run.Memory}. */
    public ContentReader readToMemory(Blob blob, long offset, long length) throws IOException {
        return finder.open(blob, offset, length, false);
    }

    /** Whether a blob is here, damaged or not. */
    public boolean has(BlobId id) {
        return table.get(id) != 0;
    }

    /** What stands beside a blob; empty when it is not here. */
    public Optional<BlobFacts> facts(BlobId id) throws IOException {
        return finder.facts(id);
    }

    /**
     * Reads all of a blob and holds it against its sums.
     *
     * @return its bytes
     * @throws NoSuchBlobException when it is not here
     * @throws DamagedBlobException when it is not right
     */
    public long verify(BlobId id) throws IOException {
        return finder.verify(id);
    }

    /** Deletes blobs durably; those that are not here are fine. Who reads one still can. */
    public void delete(Collection<BlobId> ids) throws IOException {
        checkFailure();
        moving.readLock().lock();
        try {
            List<Blob> files = new ArrayList<>();
            List<BlobId> records = new ArrayList<>(ids.size());
            for (BlobId id : ids) {
                long location = table.get(id);
                if (Location.isOwnFile(location) && location != 0) {
                    files.add(new Blob(id, Location.length(location)));
                } else {
                    records.add(id);
                }
            }
            deleteFiles(files);
            deleteRecords(records);
        } finally {
            moving.readLock().unlock();
        }
    }

    private void deleteFiles(List<Blob> files) throws IOException {
        try {
            own.delete(files);
        } finally {
            for (Blob blob : files) {
                if (!own.exists(blob)) {
                    table.replace(blob.id(), Location.ownFile(blob.length()), 0);
                }
            }
        }
    }

    /** Gone for those who come now; when it is refused, it is durable with the next deletion. */
    private void deleteRecords(List<BlobId> records) throws IOException {
        for (BlobId id : records) {
            long location = table.get(id);
            if (location != 0 && table.replace(id, location, 0)) {
                segments.dead(location);
                deaths.addLater(location);
            }
        }
        deaths.add(List.of());
    }

    /** How many blobs of a group are here. */
    public long count(int group) {
        return table.count(group);
    }

    /** The groups that blobs may be of. */
    public IntStream groups() {
        return table.used();
    }

    /** Names of a group in order, at most so many after one. */
    public List<BlobId> names(int group, BlobId after, int limit) {
        return table.names(group, after, limit, (settled, location) -> true);
    }

    /**
     * Names of a group in order, at most so many after one: those that nobody has {@linkplain
     * #settle settled} since the last start, and that may be older than an instant.
     */
    public List<BlobId> unsettled(int group, BlobId after, int limit, Instant writtenBefore) {
        long before = writtenBefore.toEpochMilli();
        return table.names(
                group,
                after,
                limit,
                (settled, location) -> !settled && mayBeOlder(location, before));
    }

    private boolean mayBeOlder(long location, long millis) {
        if (Location.isOwnFile(location)) {
            return true;
        }
        SegmentFile segment = segments.get(Location.segment(location));
        return segment == null || segment.begunMillis < millis;
    }

    /** Notes that a blob is needed: whoever stops needing it will delete it. */
    public void settle(BlobId id) {
        table.settle(id);
    }

    /** See {@link GroupTable#digest}. */
    public long[] digest(int group, int ranges) {
        return table.digest(group, ranges);
    }

    /**
     * Does a little of what is to be done beside: ends full segments, gives back the space of what
     * was deleted. For one thread at a time.
     *
     * @return bytes that were moved; −1 = there is nothing to do now
     */
    public synchronized long tidy() throws IOException {
        checkFailure();
        try {
            seal();
            return rewrite();
        } catch (IOException e) {
            throw FullDisk.told(e);
        }
    }

    private long rewrite() throws IOException {
        long bytes;
        moving.writeLock().lock();
        try {
            bytes = rewriter.step(space.freeBytes() < 4L * options.segmentBytes());
        } finally {
            moving.writeLock().unlock();
        }
        if (bytes < 0 && deaths.isLong()) {
            deaths.condense(location -> segments.get(Location.segment(location)) != null);
        }
        return bytes;
    }

    private void seal() throws IOException {
        for (Unsealed one = unsealed.peek(); one != null; one = unsealed.peek()) {
            BlockFile file = one.segment().acquire();
            if (file != null) {
                try {
                    one.segment().seal(file, one.names());
                } finally {
                    one.segment().release();
                }
            }
            unsealed.remove();
        }
    }

    /** What the disk has. */
    public BlobCounts counts() {
        long live = 0;
        long all = 0;
        for (SegmentFile segment : segments.all()) {
            live += segment.live.get();
            all += segment.end() - SegmentFile.HEAD;
        }
        return new BlobCounts(table.count(), segments.all().size(), live, Math.max(0, all - live));
    }

    /** Whether there is room for some segments only. */
    public boolean isFilling() throws IOException {
        return space.freeBytes() < FILLING * options.segmentBytes();
    }

    /** Bytes that may still be written. */
    public long freeBytes() throws IOException {
        return space.freeBytes();
    }

    /** Nothing may be written or read any more. */
    @Override
    public void close() {
        try {
            for (Lane lane : lanes) {
                Segments.Fresh last = lane.end();
                if (last != null) {
                    unsealed.add(unsealed(last));
                }
            }
            if (failure.get() == null) {
                seal();
            }
            deaths.close();
        } catch (IOException e) {
            LOG.warn("the next start will look at the last segments: {}", e.toString());
        }
        segments.close();
        table.close();
    }
}
