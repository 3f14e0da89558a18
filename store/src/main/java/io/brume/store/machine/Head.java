package io.brume.store.machine;

/**
 * How far the machine has come; stored with the rows, in the same write.
 *
 * @param position the last entry that was applied
 * @param revision the last commit that was applied
 * @param floor snapshots of this revision or later can be checked
 */
public record Head(Position position, long revision, long floor) {
    /** Nothing has been applied. */
    public static final Head NONE = new Head(Position.NONE, 0, 0);
}
