package io.brume.store.machine;

/** What became of a commit. */
public sealed interface Outcome {
    /** It is applied: its changes have this revision. */
    record Committed(long revision) implements Outcome {}

    /** Something that it read has changed since: nothing of it is applied. */
    record Conflict() implements Outcome {}

    /** Its snapshot is older than what the machine remembers: nothing of it is applied. */
    record TooOld() implements Outcome {}
}
