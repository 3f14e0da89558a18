package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request to one replica. Reused, since there are a hundred thousand a second: mutable, and
 * owned by the slot that sends it until it is answered or lost.
 */
final class LinkRequest extends Chain.Link<LinkRequest> {
    Operation operation = Operation.FLUSH;
    int flags;
    long sequence;
    long offset;
    int length;

    /** Of WRITE the sums that go out, of READ those that come. */
    @Nullable ByteBuffer sums;

    /** Where they begin in their buffer. */
    int sumsStart;

    /** What goes out (WRITE, CUT), or the room for what comes. */
    @Nullable ByteBuffer data;

    /** Where the data begin in their buffer. */
    int start;

    /** Bytes of data, or of room. */
    int size;

    /** The client's request that this is a part of. */
    @Nullable VolumeRequest request;

    /** A buffer that goes back to the pool with the answer. */
    @Nullable ByteBuffer borrowed;

    Answered owner = Answered.NOBODY;

    // The link's.
    long tag;
    @Nullable LinkRequest nextToSend;

    // The slot's.
    long sentNanos;

    void set(Operation operation, long offset, int length) {
        this.operation = operation;
        this.offset = offset;
        this.length = length;
        flags = 0;
        sequence = 0;
        sums = null;
        sumsStart = 0;
        data = null;
        start = 0;
        size = 0;
        request = null;
        borrowed = null;
        owner = Answered.NOBODY;
    }

    void carry(@Nullable ByteBuffer sums, ByteBuffer data, int start, int size) {
        this.sums = sums;
        this.data = data;
        this.start = start;
        this.size = size;
    }

    /** Bytes of sums that go out or may come. */
    int sumsSize() {
        return sums == null ? 0 : length / Blocks.BLOCK * Long.BYTES;
    }

    boolean isWaitingForDisk() {
        return operation == Operation.FLUSH || operation == Operation.CUT || flags != 0;
    }

    /** Who wants to know. */
    interface Answered {
        Answered NOBODY =
                new Answered() {
                    @Override
                    public void answered(
                            ReplicaSlot slot,
                            LinkRequest request,
                            BlockStatus status,
                            int payload) {}

                    @Override
                    public void lost(ReplicaSlot slot, LinkRequest request) {}
                };

        /** The request is used again when this returns. */
        void answered(ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload);

        /** It will not be answered: the connection has ended. */
        void lost(ReplicaSlot slot, LinkRequest request);
    }
}
