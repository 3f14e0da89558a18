package io.brume.storage.block;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * One volume's copy on this node. Offsets and lengths are bytes of the volume, whole blocks of
 * {@link io.brume.proto.block.Blocks#BLOCK}.
 *
 * <p>Thread-safe. Changes take effect in the order of their sequence; the caller makes them in that
 * order, one at a time. Reads and flushes may run beside them. Calls block for as long as the disk
 * takes; back-pressure of a full journal is waiting, too.
 */
public interface Replica {
    String volumeId();

    long sizeBytes();

    /** The highest epoch that was ever raised to. */
    long epoch();

    /** The highest change that this replica has; with all before it. */
    long lastSequence();

    /** Whether blocks were in flight when the node was cut off, and have not been settled since. */
    boolean isSuspect();

    /** Snapshots whose cut this replica has. */
    List<String> cuts();

    /**
     * Remembers an epoch durably before it returns, and waits for the changes that are under way;
     * one that is not higher changes nothing.
     *
     * @throws ReplicaException with STALE_EPOCH when a higher one is known
     */
    void raise(long epoch) throws ReplicaException;

    /**
     * Reads.
     *
     * @param into gets the sums of the blocks (8 bytes each), then their bytes; from its position,
     *     which is moved on
     * @return whether anything was put; false = all zeros, nothing was put
     * @throws ReplicaException with CORRUPT when a block's bytes are not what was written, as far
     *     as the first half of its sum tells; whoever gets the bytes compares all of it
     */
    boolean read(long offset, int length, ByteBuffer into) throws ReplicaException;

    /**
     * Reads, to find damage: compares all of each block's sum, where {@link #read} leaves a part of
     * that to who gets the bytes.
     */
    default boolean scrub(long offset, int length, ByteBuffer room) throws ReplicaException {
        return read(offset, length, room);
    }

    /**
     * Writes. When it returns, a reader sees it and it survives the end of this program; it
     * survives the loss of power after the next {@link #flush}.
     *
     * @param sequence above {@link #lastSequence}, with or without a gap; one that is not above it
     *     is there already, and nothing is done; 0 = a repair, which is always done and not
     *     numbered
     * @param sums of the blocks, 8 bytes each
     * @throws ReplicaException with BAD_SUM when the bytes do not have these sums, or NO_SPACE;
     *     nothing has changed then
     */
    void write(long sequence, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws ReplicaException;

    /**
     * Begins a write: it has its place in the order of changes, and is made once it is finished.
     * Many that have begun share what it takes to make them. Where nothing is to be gained the
     * write is made at once.
     *
     * @param sums as for {@link #write}; both buffers stay as they are until it is finished
     * @return what is to be finished by the caller, by any thread; empty when it is made
     */
    default Optional<Begun> begin(long sequence, long offset, ByteBuffer sums, ByteBuffer bytes)
            throws ReplicaException {
        write(sequence, offset, sums, bytes);
        return Optional.empty();
    }

    /** A write that has begun. */
    @FunctionalInterface
    interface Begun {
        /** Returns when it is made, and may be answered. */
        void finish() throws ReplicaException;
    }

    /** Returns when no change is under way that began before. */
    default void awaitChanges() throws ReplicaException {}

    /**
     * Makes a range read as zeros.
     *
     * @param keepAllocated a wish that this store notes and does not grant: volumes are thin, and a
     *     hole is the only zero that an interrupted write cannot uncover old bytes through
     */
    void zero(long sequence, long offset, long length, boolean keepAllocated)
            throws ReplicaException;

    /**
     * The moment of a snapshot: it has every change before this one and none after. Durable when it
     * returns. A cut that is known is not made again, but counts as a change.
     */
    void cut(long sequence, String snapshotId) throws ReplicaException;

    /** Makes durable what was answered before. Many callers share one fsync. */
    void flush() throws ReplicaException;

    /** Eight bytes for each chunk of the range; see the design page. */
    void digests(long offset, long length, ByteBuffer into) throws ReplicaException;

    /** Eight bytes for each block of the range. */
    void sums(long offset, int length, ByteBuffer into) throws ReplicaException;

    /** What is allocated, in order, without gaps; at most {@code most} extents. */
    List<Extent> extents(long offset, long length, int most) throws ReplicaException;

    /** Takes suspect blocks of the range as they are. */
    void adopt(long offset, long length) throws ReplicaException;

    /** Grows it; durable when it returns. */
    void resize(long sizeBytes) throws ReplicaException;

    /**
     * Lets a program of this host read, with an epoch, what it need not ask for, until the next
     * call or {@link #unshare}.
     *
     * @return empty where that cannot be
     */
    default Optional<DirectAccess> share(long epoch) {
        return Optional.empty();
    }

    /** What anybody reads by himself from now on does not count. */
    default void unshare() {}

    /**
     * How a replica is read past its node.
     *
     * @param folder of the segments
     * @param segmentBytes of the volume in each
     * @param marks where the memory with {@link io.brume.proto.block.DirectMarks} is
     * @param nonce of these
     */
    record DirectAccess(String folder, long segmentBytes, String marks, long nonce) {}

    /** Why nothing of it may be served any more: its disk has failed; empty when it is whole. */
    Optional<String> failure();

    /** Bytes that it takes on this node's disk. */
    long storedBytes();

    /** Blocks found damaged since the program started. */
    long corruptBlocks();

    /**
     * Where blocks begin that were found damaged and are damaged still, in order; bytes.
     *
     * @param most of them
     */
    default List<Long> damaged(int most) throws ReplicaException {
        return List.of();
    }

    /** A range that is data or reads as zeros without taking space. */
    record Extent(long length, boolean data) {}
}
