package io.brume.node.volume;

import io.brume.node.volume.BlockDevice.Done;
import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client, or the coordinator itself, asks of the volume. Reused; see {@link LinkRequest}.
 */
final class VolumeRequest extends Chain.Link<VolumeRequest> {
    static final Done NOBODY = error -> {};

    Kind kind = Kind.FLUSH;

    /** What is covered: whole blocks. */
    long offset;

    long length;
    boolean durable;
    boolean keepAllocated;
    Done done = NOBODY;

    /** Whole blocks: the client's buffer, or one of the pool when the client asked for less. */
    @Nullable ByteBuffer data;

    int start;

    /** The client's buffer when {@link #data} is the pool's; the client's bytes in it. */
    @Nullable ByteBuffer client;

    int clientStart;
    int clientLength;

    /** Where the client's bytes begin in the data. */
    int skip;

    /** Whether the data are encrypted: as replicas get them, not as the client gave them. */
    boolean sealed;

    /** The snapshot of a cut. */
    String snapshotId = "";

    /** Whether it has its place in the order, and must not be carried out yet. */
    boolean gated;

    /** Made at the first use. */
    private @Nullable ByteBuffer sums;

    /** The number of a change; 0 = it has none yet. */
    long sequence;

    /** A bit for each slot whose answer is awaited. */
    int needs;

    /** A bit for each slot that could not answer a read. */
    int tried;

    /** A bit for each slot that answered that the bytes are damaged. */
    int corrupt;

    /** When it was given to a replica; nanoseconds. */
    long beganNanos;

    /** Reads of blocks that a write changes a part of. */
    int partsToRead;

    int attempts;
    int error;

    // The range order's.
    int blockers;
    boolean ordered;

    // Of the list of changes, or that of flushes.
    @Nullable VolumeRequest previous;
    @Nullable VolumeRequest next;

    enum Kind {
        READ,
        WRITE,
        ZERO,
        CUT,
        FLUSH,
        /** Keeps writes away from a range while it is copied. */
        COPY;

        boolean isChange() {
            return this == WRITE || this == ZERO || this == CUT;
        }
    }

    /** Room for the sums of the largest request. */
    ByteBuffer sums() {
        ByteBuffer known = sums;
        if (known == null) {
            known = ByteBuffer.allocateDirect(Blocks.MOST_DATA / Blocks.BLOCK * Long.BYTES);
            sums = known;
        }
        return known;
    }

    /** Whether the client's bytes are whole blocks, and go into the pool's buffer all the same. */
    boolean isWhole() {
        return client != null && skip == 0 && clientLength == length;
    }

    ByteBuffer data() {
        ByteBuffer known = data;
        if (known == null) {
            throw new IllegalStateException("no data");
        }
        return known;
    }

    void clear() {
        done = NOBODY;
        data = null;
        client = null;
        durable = false;
        keepAllocated = false;
        snapshotId = "";
        gated = false;
        sequence = 0;
        needs = 0;
        tried = 0;
        corrupt = 0;
        partsToRead = 0;
        attempts = 0;
        error = 0;
        skip = 0;
        sealed = false;
        blockers = 0;
        ordered = false;
    }
}
