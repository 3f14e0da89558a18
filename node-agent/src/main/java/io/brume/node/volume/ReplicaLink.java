package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import java.nio.ByteBuffer;

/**
 * A connection to a replica. Everything happens on the volume's loop. Requests arrive in the order
 * in which they were sent; answers come in any order.
 */
interface ReplicaLink {
    /**
     * Sends a request soon. Its buffers are the link's until it is answered, or the link is broken
     * or closed. Only after {@link Listener#opened}.
     */
    void send(LinkRequest request);

    /**
     * Reads at once, past the replica's node, what is in this host's memory, as long as the node
     * runs and has not heard of a newer epoch.
     *
     * @param sums gets those of the blocks; whoever calls compares them
     * @return whether it was read; otherwise what the buffers have means nothing
     */
    default boolean readAtOnce(
            long offset, int length, ByteBuffer into, int start, ByteBuffer sums) {
        return false;
    }

    /** Whether the replica is on this host. */
    boolean isLocal();

    /** Ends it. Nothing is told any more, and no buffer touched. */
    void close();

    /** What a link tells; never within a call of {@link #send}. */
    interface Listener {
        /** The replica is open; at most once, and first. */
        void opened(ReplicaOpening opening);

        /**
         * A request was answered.
         *
         * @param payload bytes that came
         */
        void answered(LinkRequest request, BlockStatus status, int payload);

        /** The replica would not be opened; the link has ended. */
        void refused(BlockStatus status);

        /** The link has ended. */
        void broken(String reason);
    }

    /** How a replica is reached. */
    @FunctionalInterface
    interface Dialer {
        /** Begins to connect and to open; never fails at once: the listener is told. */
        ReplicaLink dial(ReplicaWant replica, String volumeId, long epoch, Listener listener);
    }
}
