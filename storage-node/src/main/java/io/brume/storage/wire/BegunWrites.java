package io.brume.storage.wire;

import io.brume.storage.block.Replica;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Large writes of one connection that have begun, and wait to be finished and answered: by one
 * thread, in batches, while others are read. Thread-safe.
 */
final class BegunWrites {
    /** So many of a connection may have begun: each has one of the large buffers. */
    static final int MOST = 6;

    private final List<BegunWrite> waiting = new ArrayList<>();
    private int begun;
    private boolean finishing;

    /**
     * One of them.
     *
     * @param durable whether it is answered only when it survives the loss of power
     * @param buffer what its bytes are in; to be given back
     */
    record BegunWrite(Replica.Begun write, long tag, boolean durable, ByteBuffer buffer) {}

    /**
     * Adds one; waits while too many have begun.
     *
     * @return whether the caller has to finish them now; otherwise somebody does already
     */
    synchronized boolean add(BegunWrite write) throws InterruptedException {
        while (begun == MOST) {
            wait();
        }
        begun++;
        waiting.add(write);
        if (finishing) {
            return false;
        }
        finishing = true;
        return true;
    }

    /**
     * Takes all that wait.
     *
     * @param finished those of the last call, which are answered
     * @return none = there is nothing to finish, and the caller need not finish any more
     */
    synchronized List<BegunWrite> take(int finished) {
        begun -= finished;
        List<BegunWrite> taken = List.copyOf(waiting);
        waiting.clear();
        finishing = !taken.isEmpty();
        notifyAll();
        return taken;
    }
}
