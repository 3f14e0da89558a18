package io.brume.store.machine;

/**
 * A place in the replicated log.
 *
 * @param term the leader's term
 * @param index the entry's number; -1 before the first
 */
public record Position(long term, long index) {
    /** Before the first entry. */
    public static final Position NONE = new Position(0, -1);
}
