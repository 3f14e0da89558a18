package io.brume.storage.block.journal;

/**
 * What the journal keeps of a volume while it is registered, so that each file of the log begins
 * with how far everybody was. Written under the journal's lock.
 */
public final class JournalVolume {
    private final long number;
    private volatile long sequence;
    private volatile long settled;

    /** One that has no change yet. */
    public JournalVolume(long number) {
        this.number = number;
    }

    /** Which volume; unique on this node for ever, unlike its id, which may be made again. */
    public long number() {
        return number;
    }

    /** The last change that is in the journal. */
    public long sequence() {
        return sequence;
    }

    void sequence(long last) {
        sequence = last;
    }

    /** Every INTENT before this place of the journal is known to be durable in its segment. */
    public long settled() {
        return settled;
    }

    /** See {@link #settled()}; only grows. */
    public synchronized void settle(long place) {
        settled = Math.max(settled, place);
    }
}
