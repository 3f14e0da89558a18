package io.brume.storage.wire;

import io.brume.proto.block.Blocks;

/**
 * Requests of one connection that are answered when the replica is flushed. What comes while a
 * flush is made waits for the next one, together. Thread-safe.
 */
final class Flushes {
    private final long[] tags = new long[Blocks.MOST_REQUESTS];
    private int waiting;
    private boolean flushing;

    /**
     * Adds a request; waits while as many wait as may be unanswered.
     *
     * @return whether the caller has to flush now; otherwise somebody does already
     */
    synchronized boolean add(long tag) throws InterruptedException {
        while (waiting == tags.length) {
            wait();
        }
        tags[waiting] = tag;
        waiting++;
        if (flushing) {
            return false;
        }
        flushing = true;
        return true;
    }

    /**
     * Takes all that wait.
     *
     * @param into room for {@link Blocks#MOST_REQUESTS}
     * @return how many; 0 = there is nothing to flush, and the caller need not flush any more
     */
    synchronized int take(long[] into) {
        int taken = waiting;
        System.arraycopy(tags, 0, into, 0, taken);
        waiting = 0;
        flushing = taken > 0;
        notifyAll();
        return taken;
    }
}
