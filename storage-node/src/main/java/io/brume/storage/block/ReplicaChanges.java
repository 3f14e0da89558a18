package io.brume.storage.block;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.LargeWrites.LargeWrite;
import io.brume.storage.block.journal.Journal;
import io.brume.storage.block.journal.JournalRecord;
import io.brume.storage.block.journal.JournalVolume;
import io.brume.storage.block.journal.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one replica, in their order: each is put into the journal, told to the view, and
 * counted. Large writes have only their sums in the journal; they begin in order, and are finished
 * together. Whoever calls has checked the range. Thread-safe; the lock that orders changes is never
 * held while waiting for the applier.
 */
final class ReplicaChanges {
    /** Longer zeroings are kept as a range. */
    private static final int MOST_SINGLE = 1024;

    /** Cuts that may wait to be made before the next one waits. */
    private static final int MOST_CUTS = 8;

    private static final long PAUSE_NANOS = 2_000_000;

    private final Journal journal;
    private final JournalVolume volume;
    private final ReplicaView view;
    private final Segments segments;
    private final ReplicaChunks chunks;
    private final Space space;
    private final int inPlace;
    private final Standing standing;
    private final ReentrantLock changes = new ReentrantLock();
    private final LargeWrites largeWrites;
    private volatile long lastSequence;

    /** Whether changes are made at all; asked again after each wait. */
    @FunctionalInterface
    interface Standing {
        void check() throws ReplicaException;
    }

    /**
     * @param inPlace writes of so many bytes and more are large
     */
    ReplicaChanges(
            Journal journal,
            JournalVolume volume,
            ReplicaView view,
            ReplicaApplier applier,
            Segments segments,
            ReplicaChunks chunks,
            Space space,
            int inPlace,
            Standing standing) {
        this.journal = journal;
        this.volume = volume;
        this.view = view;
        this.segments = segments;
        this.chunks = chunks;
        this.space = space;
        this.inPlace = inPlace;
        this.standing = standing;
        this.largeWrites = new LargeWrites(journal, applier, standing);
    }

    /** The highest change that is there, with all before it. */
    long lastSequence() {
        return lastSequence;
    }

    /**
     * Begins a write, and counts it.
     *
     * @return what {@link #finish} is still to be called with; null = it is made
     */
    @Nullable LargeWrite begin(long sequence, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws IOException, ReplicaException {
        int length = bytes.remaining();
        long block = offset / Blocks.BLOCK;
        long end = block + length / Blocks.BLOCK;
        chunks.bring(block, end);
        while (true) {
            changes.lock();
            try {
                if (isThere(sequence)) {
                    largeWrites.finishAll();
                    return null;
                }
                if (!space.takes(length)) {
                    throw new ReplicaException(BlockStatus.NO_SPACE, "the disk is full");
                }
                settle(block, end);
                boolean large = length >= inPlace && mayWriteInPlace(block, end);
                RecordKind kind = large ? RecordKind.INTENT : RecordKind.DATA;
                long place =
                        journal.append(
                                volume, kind, sequence, offset, length, sums, large ? null : bytes);
                if (place != Journal.NO_ROOM) {
                    lastSequence = Math.max(lastSequence, sequence);
                    if (!large) {
                        space.accepted(length);
                        view.write(block, sums, place);
                        return null;
                    }
                    var write = new LargeWrite(place, block, end, sums, bytes);
                    largeWrites.begin(write);
                    return write;
                }
            } finally {
                changes.unlock();
            }
            journal.awaitRoom();
        }
    }

    /**
     * Whether a large write need not have its bytes in the journal. Blocks that the journal has an
     * older version of are applied soon then, so that only the first of many large writes do.
     */
    private boolean mayWriteInPlace(long from, long to) throws IOException {
        if (!view.isUncut() || !chunks.mayChange(from, to)) {
            return false;
        }
        if (view.touches(from, to)) {
            journal.finishFile();
            return false;
        }
        return true;
    }

    /** Returns when a write that has begun is made. */
    void finish(LargeWrite write) throws IOException {
        largeWrites.finish(write);
    }

    /** What has begun on a range is made first: the bytes in the segments are not numbered. */
    private void settle(long from, long to) throws IOException {
        if (largeWrites.touches(from, to)) {
            largeWrites.finishAll();
        }
    }

    /** Returns when no change is under way that began before. */
    void awaitAll() throws IOException {
        changes.lock();
        try {
            largeWrites.finishAll();
        } finally {
            changes.unlock();
        }
    }

    /** Whether a change was made before. A repair (0) is done as often as it is asked for. */
    private boolean isThere(long sequence) throws ReplicaException {
        standing.check();
        return sequence != 0 && sequence <= lastSequence;
    }

    /** See {@link Replica#zero}. */
    void zero(long sequence, long offset, long length, boolean keepAllocated)
            throws IOException, ReplicaException {
        long from = offset / Blocks.BLOCK;
        long to = from + length / Blocks.BLOCK;
        boolean single = to - from <= MOST_SINGLE;
        RecordKind kind = keepAllocated ? RecordKind.ZERO_ALLOCATED : RecordKind.ZERO;
        if (single || chunks.volume().hasPending() || !view.isUncut()) {
            // A snapshot may still wait for what was there.
            chunks.bring(from, to);
        } else {
            chunks.bring(from, from + 1);
            chunks.bring(to - 1, to);
        }
        while (true) {
            changes.lock();
            try {
                if (isThere(sequence)) {
                    return;
                }
                settle(from, to);
                if (single || !view.isFullOfRanges()) {
                    long place = journal.append(volume, kind, sequence, offset, length, null, null);
                    if (place != Journal.NO_ROOM) {
                        view.zero(from, to, Place.zero(place, keepAllocated), single);
                        lastSequence = Math.max(lastSequence, sequence);
                        return;
                    }
                }
            } finally {
                changes.unlock();
            }
            if (!single && view.isFullOfRanges()) {
                journal.finishFile();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            journal.awaitRoom();
        }
    }

    /** See {@link Replica#cut}. */
    void cut(long sequence, String snapshotId) throws IOException, ReplicaException {
        while (!tryCut(sequence, snapshotId)) {
            journal.wake();
            LockSupport.parkNanos(PAUSE_NANOS);
            journal.awaitRoom();
        }
        journal.sync(journal.appended());
        journal.wake();
    }

    /** False when the journal has no room, or too many cuts are still to be made. */
    private boolean tryCut(long sequence, String snapshotId) throws IOException, ReplicaException {
        ByteBuffer id = JournalRecord.padded(snapshotId);
        changes.lock();
        try {
            if (isThere(sequence)) {
                return true;
            }
            if (view.layers().length > MOST_CUTS) {
                return false;
            }
            // First, so that a snapshot that the journal knows never has a block that was in
            // flight.
            largeWrites.finishAll();
            flushInPlace();
            long place =
                    journal.append(volume, RecordKind.CUT, sequence, 0, id.capacity(), id, null);
            if (place == Journal.NO_ROOM) {
                return false;
            }
            view.cut(new Layer.Cut(snapshotId, sequence));
            lastSequence = sequence;
            return true;
        } finally {
            changes.unlock();
        }
    }

    /** See {@link Replica#flush}. */
    void flush() throws IOException {
        flushInPlace();
        journal.sync(journal.appended());
    }

    /** Makes durable what was written in place and answered before. */
    private void flushInPlace() throws IOException {
        long finished = largeWrites.finishedBefore();
        try {
            segments.forceInPlace();
        } catch (IOException e) {
            throw journal.fail(e);
        }
        volume.settle(finished);
    }

    /**
     * The view's layers, when whoever appended before now has told the view, or has written in
     * place.
     */
    Layer[] settledLayers() throws IOException {
        changes.lock();
        try {
            largeWrites.finishAll();
            return view.layers();
        } finally {
            changes.unlock();
        }
    }

    /** Does again what a record of the journal says; before anybody else uses the replica. */
    void replay(JournalRecord record, long cutSequence) {
        long block = record.offset() / Blocks.BLOCK;
        long count = record.length() / Blocks.BLOCK;
        switch (record.kind()) {
            case DATA -> view.write(block, record.sums(), record.payloadPlace());
            case INTENT -> view.intend(block, record.sums(), record.payloadPlace());
            case ZERO, ZERO_ALLOCATED ->
                    view.zero(
                            block,
                            block + count,
                            Place.zero(
                                    record.payloadPlace(),
                                    record.kind() == RecordKind.ZERO_ALLOCATED),
                            count <= MOST_SINGLE);
            case CUT -> {
                if (record.sequence() <= cutSequence) {
                    // All before it is in the segments, and what it was to keep is kept.
                    view.dropAll();
                } else {
                    view.cut(new Layer.Cut(record.name(), record.sequence()));
                }
            }
            case STATE, END -> {}
        }
    }

    /** After the journal was replayed. */
    void recovered() {
        lastSequence = volume.sequence();
    }
}
