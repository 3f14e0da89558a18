package io.brume.storage.object.model;

/**
 * What S3 calls a storage class: how often bytes are kept, and whether they can be read at once.
 * Those of AWS's that would mean nothing here are not among them: {@code INTELLIGENT_TIERING},
 * {@code GLACIER_IR}, and those of other places.
 */
public enum StorageClass {
    STANDARD(Redundancy.COPIES, 0),
    REDUCED_REDUNDANCY(Redundancy.TWO_COPIES, 0),
    STANDARD_IA(Redundancy.CODED, 1),
    ONEZONE_IA(Redundancy.ONE_COPY, 2),
    GLACIER(Redundancy.CODED, 3),
    DEEP_ARCHIVE(Redundancy.CODED, 4);

    private final Redundancy redundancy;
    private final int depth;

    StorageClass(Redundancy redundancy, int depth) {
        this.redundancy = redundancy;
        this.depth = depth;
    }

    public Redundancy redundancy() {
        return redundancy;
    }

    /** Whether it is kept packed, and is read only after it has been restored. */
    public boolean isArchive() {
        return depth >= GLACIER.depth;
    }

    /** Whether a life cycle may move to another class from this one: only down. */
    public boolean isAbove(StorageClass other) {
        return depth < other.depth;
    }
}
