package io.brume.storage.object.model;

/**
 * How often bytes are kept. The number of a blob's placement group tells which it is, in its upper
 * two bits, so that whoever has the name of a blob knows which nodes keep it.
 */
public enum Redundancy {
    /** On every node of the placement group: three where there are three. */
    COPIES(0),
    /** On one node: when it is lost, they are. */
    ONE_COPY(1),
    /** On two nodes, where there are two. */
    TWO_COPIES(2),
    /**
     * In fragments, which stand as many losses as three copies, where there are enough nodes and
     * bytes; else as copies. See {@link Coding}, which has the numbers of their groups.
     */
    CODED(3);

    private static final int SHIFT = 14;
    private static final int MASK = (1 << SHIFT) - 1;

    /** Groups that the control plane places have smaller numbers. */
    public static final int GROUPS = 1 << SHIFT;

    private final int bits;

    Redundancy(int bits) {
        this.bits = bits;
    }

    /** The number of the group for blobs that are kept so on nodes of a group. */
    public int group(int placed) {
        if (this == CODED) {
            throw new IllegalArgumentException("a coded group is a fragment's");
        }
        if (placed < 0 || placed >= GROUPS) {
            throw new IllegalArgumentException("group " + placed + " is not 0 to 16,383");
        }
        return bits << SHIFT | placed;
    }

    /**
     * How the blobs of a group are kept.
     *
     * @throws IllegalArgumentException if no version of this program gave it that number
     */
    public static Redundancy of(int group) {
        for (Redundancy each : values()) {
            if (each.bits == group >>> SHIFT) {
                return each;
            }
        }
        throw new IllegalArgumentException("no group has the number " + group);
    }

    /** The group that the control plane places, which this one is kept by the nodes of. */
    public static int placed(int group) {
        return group & MASK;
    }
}
