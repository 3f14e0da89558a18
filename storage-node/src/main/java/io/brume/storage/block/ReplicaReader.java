package io.brume.storage.block;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkSums;
import io.brume.storage.block.chunk.VolumeChunks;
import io.brume.storage.block.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Reads a replica. A read looks up where its blocks are and reads them without a lock. When a block
 * is not what its sum says, it may have been moved meanwhile: then everything is read once more
 * while nothing can move, and that decides.
 */
final class ReplicaReader {
    private static final int CHUNK = Blocks.CHUNK / Blocks.BLOCK;

    private final ReplicaView view;
    private final Segments segments;
    private final Journal journal;
    private final ReplicaChunks chunks;
    private final ReentrantLock applying;
    private final RandomGenerator random;
    private final DamagedBlocks damaged = new DamagedBlocks();

    ReplicaReader(
            ReplicaView view,
            Segments segments,
            Journal journal,
            ReplicaChunks chunks,
            ReentrantLock applying,
            RandomGenerator random) {
        this.view = view;
        this.segments = segments;
        this.journal = journal;
        this.chunks = chunks;
        this.applying = applying;
        this.random = random;
    }

    long corruptBlocks() {
        return damaged.found();
    }

    /**
     * See {@link Replica#read}.
     *
     * @param fully whether blocks must be all that their sums say, and not only pass for it
     */
    boolean read(long block, int count, ByteBuffer into, boolean fully)
            throws IOException, ReplicaException {
        int start = into.position();
        if (into.remaining() < count * (Long.BYTES + Blocks.BLOCK)) {
            throw new IllegalArgumentException("the buffer is too small");
        }
        chunks.bring(block, block + count);
        int state = attempt(block, count, into, start, fully);
        if (state == DAMAGED) {
            state = attemptAlone(block, count, into, start);
        }
        if (state == DAMAGED && chunks.mend(block, block + count)) {
            state = attemptAlone(block, count, into, start);
        }
        if (state != DAMAGED) {
            show(block, block + count);
        }
        if (state == READ) {
            into.position(start + count * (Long.BYTES + Blocks.BLOCK));
            return true;
        }
        into.position(start);
        if (state == ZEROS) {
            return false;
        }
        noteDamaged(block, count, into, start);
        into.position(start);
        throw new ReplicaException(
                BlockStatus.CORRUPT,
                "a block of " + count + " from " + block + " on is not what was written");
    }

    /** Who reads past the node learns of the chunks that were read here, as far as they are. */
    private void show(long from, long to) {
        for (long chunk = from / CHUNK * CHUNK; chunk < to; chunk += CHUNK) {
            // One that is filled stays so: its blocks are in the segments, or in the view.
            if (segments.exists(chunk) && !chunks.isUnfilled(chunk)) {
                view.show(chunk, Math.min(chunk + CHUNK, segments.endOfSegment(chunk)));
            }
        }
    }

    /** Finds out which blocks of a range are damaged. */
    private void noteDamaged(long block, int count, ByteBuffer into, int start) throws IOException {
        for (long at = block; at < block + count; at++) {
            if (attemptAlone(at, 1, into, start) == DAMAGED) {
                damaged.add(at);
            }
        }
    }

    /** Blocks that were found damaged and are damaged still. */
    long[] damaged() throws IOException {
        ByteBuffer room = ByteBuffer.allocate(Long.BYTES + Blocks.BLOCK);
        for (long block : damaged.all()) {
            if (attemptAlone(block, 1, room.clear(), 0) != DAMAGED) {
                damaged.remove(block);
            }
        }
        return damaged.all();
    }

    /** While nothing can move. */
    private int attemptAlone(long block, int count, ByteBuffer into, int start) throws IOException {
        applying.lock();
        try {
            return attempt(block, count, into, start, true);
        } catch (VolumeChunks.FilledException e) {
            // The index was read again, and knew more.
            return attempt(block, count, into, start, true);
        } finally {
            applying.unlock();
        }
    }

    private static final int ZEROS = 0;
    private static final int READ = 1;
    private static final int DAMAGED = 2;

    private int attempt(long block, int count, ByteBuffer into, int start, boolean fully)
            throws IOException {
        int end = into.limit();
        int data = start + count * Long.BYTES;
        // The place of a block is kept where its bytes will be.
        view.find(block, count, into, start, data, Blocks.BLOCK);
        if (chunks.volume().hasBase() && !findInBase(block, count, into, start)) {
            return DAMAGED;
        }
        boolean any = false;
        for (int i = 0; i < count; i++) {
            int sumAt = start + i * Long.BYTES;
            if (into.getLong(data + i * Blocks.BLOCK) == Place.SEGMENT) {
                into.putLong(sumAt, segments.sum(block + i));
            }
            any |= into.getLong(sumAt) != Blocks.NEVER_WRITTEN;
        }
        if (!any) {
            return ZEROS;
        }
        try {
            for (int i = 0; i < count; ) {
                i = readRun(block, count, into, start, i);
                if (i < 0) {
                    return DAMAGED;
                }
            }
        } finally {
            into.limit(end);
        }
        into.position(data);
        for (int i = 0; i < count; i++) {
            long sum = into.getLong(start + i * Long.BYTES);
            if (sum == Blocks.NEVER_WRITTEN) {
                into.position(into.position() + Blocks.BLOCK);
            } else if (sum == Blocks.SUSPECT || !isWhole(into, sum, fully)) {
                return DAMAGED;
            }
        }
        return READ;
    }

    /** Who reads compares all of it again. */
    private static boolean isWhole(ByteBuffer bytes, long sum, boolean fully) {
        return fully ? Blocks.sum(bytes) == sum : Blocks.passes(bytes, sum);
    }

    /** Marks blocks that are to be read from the base; false when it changed meanwhile. */
    private boolean findInBase(long block, int count, ByteBuffer into, int start)
            throws IOException {
        int data = start + count * Long.BYTES;
        for (int i = 0; i < count; i++) {
            long at = block + i;
            if (into.getLong(data + i * Blocks.BLOCK) == Place.SEGMENT && chunks.isUnfilled(at)) {
                try {
                    chunks.readSums(at, into, start + i * Long.BYTES, 1);
                } catch (IOException e) {
                    return gone(e);
                }
                into.putLong(data + i * Blocks.BLOCK, Place.BASE);
            }
        }
        return true;
    }

    /**
     * A chunk that was filled meanwhile is gone. While nothing moves it is missing, and may be had
     * elsewhere; anything else is a failure then.
     */
    private boolean gone(IOException cause) throws IOException {
        if (applying.isHeldByCurrentThread() && !(cause instanceof NoSuchFileException)) {
            throw cause;
        }
        return false;
    }

    /** Reads neighbours that lie side by side; gives the first block behind them, -1 = gone. */
    private int readRun(long block, int count, ByteBuffer into, int start, int first)
            throws IOException {
        int data = start + count * Long.BYTES;
        long place = into.getLong(data + first * Blocks.BLOCK);
        boolean zero = into.getLong(start + first * Long.BYTES) == Blocks.NEVER_WRITTEN;
        long chunkEnd = ((block + first) / CHUNK + 1) * CHUNK - block;
        long segmentEnd = segments.endOfSegment(block + first) - block;
        long fileEnd = place == Place.BASE ? chunkEnd : segmentEnd;
        int next = first + 1;
        while (next < count) {
            long nextPlace = into.getLong(data + next * Blocks.BLOCK);
            boolean nextZero = into.getLong(start + next * Long.BYTES) == Blocks.NEVER_WRITTEN;
            boolean sideBySide = nextPlace == place + (long) (next - first) * Blocks.BLOCK;
            boolean neighbour =
                    (place == Place.SEGMENT || place == Place.BASE)
                            ? (nextPlace == place && next < fileEnd)
                            : sideBySide;
            if (zero != nextZero || (!zero && !neighbour)) {
                break;
            }
            next++;
        }
        int from = data + first * Blocks.BLOCK;
        int to = data + next * Blocks.BLOCK;
        if (zero) {
            for (int at = from; at < to; at += Long.BYTES) {
                into.putLong(at, 0);
            }
            return next;
        }
        into.limit(to).position(from);
        int end = into.capacity();
        if (place == Place.SEGMENT) {
            segments.read(block + first, into);
        } else if (place == Place.BASE) {
            try {
                chunks.readContent(block + first, into);
            } catch (IOException e) {
                gone(e);
                next = -1;
            }
        } else if (!journal.read(Place.inJournal(place), into)) {
            next = -1;
        }
        into.limit(end);
        return next;
    }

    /** Eight bytes for each block. */
    void sums(long block, int count, ByteBuffer into) throws IOException {
        chunks.bring(block, block + count);
        lookUp(block, count, into);
    }

    private void lookUp(long block, int count, ByteBuffer into) throws IOException {
        ByteBuffer places = ByteBuffer.allocate(CHUNK * Long.BYTES);
        for (int from = 0; from < count; from += CHUNK) {
            int now = Math.min(CHUNK, count - from);
            int at = into.position();
            view.find(block + from, now, into, at, places, 0, Long.BYTES);
            for (int i = 0; i < now; i++) {
                if (places.getLong(i * Long.BYTES) == Place.SEGMENT) {
                    sum(block + from + i, into, at + i * Long.BYTES);
                }
            }
            into.position(at + now * Long.BYTES);
        }
    }

    private void sum(long block, ByteBuffer into, int at) throws IOException {
        if (chunks.isUnfilled(block)) {
            try {
                chunks.readSums(block, into, at, 1);
                return;
            } catch (IOException e) {
                if (chunks.isUnfilled(block)) {
                    throw e;
                }
            }
        }
        into.putLong(at, segments.sum(block));
    }

    /** Eight bytes for each chunk. */
    void digests(long block, long count, ByteBuffer into) throws IOException {
        ByteBuffer sums = ByteBuffer.allocate(CHUNK * Long.BYTES);
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
        for (long from = block; from < block + count; from += CHUNK) {
            int now = (int) Math.min(CHUNK, block + count - from);
            if (!isKnown(from, from + now)) {
                into.putLong(0);
                continue;
            }
            if (!chunks.isHere(from)) {
                // Whoever compares asks for the sums then, and they are fetched.
                into.putLong(random.nextLong() | 1);
                continue;
            }
            sums.clear();
            lookUp(from, now, sums);
            while (sums.hasRemaining()) {
                sums.putLong(0);
            }
            into.putLong(digest(sums, digest));
        }
    }

    /** Whether blocks of one chunk may be anything but zeros. */
    private boolean isKnown(long from, long to) {
        return segments.exists(from) || chunks.isUnfilled(from) || view.touches(from, to);
    }

    private long digest(ByteBuffer sums, MessageDigest digest) {
        boolean zeros = true;
        for (int at = 0; at < sums.capacity(); at += Long.BYTES) {
            if (sums.getLong(at) == Blocks.SUSPECT) {
                return random.nextLong() | 1;
            }
            zeros &= sums.getLong(at) == Blocks.NEVER_WRITTEN;
        }
        if (zeros) {
            return 0;
        }
        digest.update(sums.clear());
        long first = ByteBuffer.wrap(digest.digest()).getLong();
        return first == 0 ? 1 : first;
    }

    /** See {@link Replica#extents}. */
    List<Replica.Extent> extents(long block, long count, int most) throws IOException {
        List<Replica.Extent> extents = new ArrayList<>();
        ByteBuffer sums = ByteBuffer.allocate(CHUNK * Long.BYTES);
        long end = block + count;
        long start = block;
        boolean data = false;
        long at = block;
        while (at < end) {
            int now = (int) Math.min(CHUNK - at % CHUNK, end - at);
            boolean known = isKnown(at, at + now);
            sums.clear();
            if (known) {
                sums(at, now, sums);
            }
            for (int i = 0; i < now; i++) {
                boolean isData = known && sums.getLong(i * Long.BYTES) != Blocks.NEVER_WRITTEN;
                if (isData != data && at + i > start) {
                    extents.add(new Replica.Extent((at + i - start) * Blocks.BLOCK, data));
                    if (extents.size() == most) {
                        return extents;
                    }
                    start = at + i;
                }
                data = isData;
            }
            at += now;
        }
        extents.add(new Replica.Extent((end - start) * Blocks.BLOCK, data));
        return extents;
    }

    /** See {@link Replica#adopt}. */
    void adopt(long block, long count) throws IOException {
        ByteBuffer content = ByteBuffer.allocateDirect(Blocks.BLOCK);
        ByteBuffer sum = ByteBuffer.allocateDirect(Long.BYTES);
        boolean any = false;
        for (long at = block; at < block + count && segments.suspectBlocks() > 0; at++) {
            if (!segments.exists(at)) {
                at = segments.endOfSegment(at) - 1;
                continue;
            }
            if (segments.sum(at) != Blocks.SUSPECT) {
                continue;
            }
            applying.lock();
            try {
                if (segments.sum(at) == Blocks.SUSPECT) {
                    content.clear();
                    segments.read(at, content);
                    long found = Blocks.sum(content.flip());
                    boolean zeros = found == ChunkSums.OF_ZEROS;
                    sum.clear().putLong(0, zeros ? Blocks.NEVER_WRITTEN : found);
                    segments.writeSums(at, sum);
                    any = true;
                }
            } finally {
                applying.unlock();
            }
        }
        if (any) {
            segments.force();
        }
    }
}
