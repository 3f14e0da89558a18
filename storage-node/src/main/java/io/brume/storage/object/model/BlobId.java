package io.brume.storage.object.model;

/**
 * The name of some immutable bytes: 128 bits. The upper 16 bits of {@code high} are the placement
 * group that keeps it, so that whoever has the name knows where to look; the rest is random.
 */
public record BlobId(long high, long low) implements Comparable<BlobId> {
    /** The placement group: 0 to 65,535. */
    public int group() {
        return (int) (high >>> 48);
    }

    /** A name in a group from 112 random bits. */
    public static BlobId of(int group, long random48, long random64) {
        if (group < 0 || group > 0xffff) {
            throw new IllegalArgumentException("group " + group + " is not 0 to 65,535");
        }
        return new BlobId(((long) group << 48) | (random48 & 0xffff_ffff_ffffL), random64);
    }

    @Override
    public int compareTo(BlobId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
