package io.brume.storage.object.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a blob is coded: as k fragments of its bytes and m more, any k of which are enough. Each
 * fragment is a blob of a group of its own, whose number says all this; what they are of has the
 * name of the first.
 */
public enum Coding {
    TWO_AND_TWO(0, 2, 2),
    FOUR_AND_TWO(1, 4, 2);

    /** Groups that the control plane places can be coded below this number. */
    public static final int GROUPS = 1 << 8;

    private static final int CODED = 3 << 14;
    private static final int CODING_SHIFT = 12;
    private static final int FRAGMENT_SHIFT = 8;
    private static final int RANDOM_BITS = 48;

    private final int bits;
    private final int data;
    private final int more;

    Coding(int bits, int data, int more) {
        this.bits = bits;
        this.data = data;
        this.more = more;
    }

    /** k: how many fragments are needed. */
    public int data() {
        return data;
    }

    /** m: how many may be lost. */
    public int more() {
        return more;
    }

    /** k + m. */
    public int all() {
        return data + more;
    }

    /** The number of the group of a fragment. */
    public int group(int placed, int fragment) {
        if (placed < 0 || placed >= GROUPS || fragment < 0 || fragment >= all()) {
            throw new IllegalArgumentException(
                    "group " + placed + " has no coded fragment " + fragment);
        }
        return CODED | bits << CODING_SHIFT | fragment << FRAGMENT_SHIFT | placed;
    }

    /** The coding that groups of this number have; empty where there are copies. */
    public static Optional<Coding> of(int group) {
        if ((group & CODED) != CODED) {
            return Optional.empty();
        }
        for (Coding each : values()) {
            if (each.bits == (group >>> CODING_SHIFT & 3)) {
                return Optional.of(each);
            }
        }
        throw new IllegalArgumentException("no group has the number " + group);
    }

    /** The best for so many nodes; empty for too few. */
    public static Optional<Coding> best(int nodes) {
        return nodes >= FOUR_AND_TWO.all()
                ? Optional.of(FOUR_AND_TWO)
                : Optional.of(TWO_AND_TWO).filter(coding -> nodes >= coding.all());
    }

    /** Which fragment a coded group is for. */
    public static int fragment(int group) {
        return group >>> FRAGMENT_SHIFT & 15;
    }

    /** The group that the control plane places, which a coded one is made of. */
    public static int placed(int group) {
        return group & GROUPS - 1;
    }

    /** The name of a fragment of the blob that another one is of. */
    public BlobId fragment(BlobId any, int fragment) {
        long group = group(placed(any.group()), fragment);
        return new BlobId(group << RANDOM_BITS | any.high() << 16 >>> 16, any.low());
    }

    /** The names of all that is stored of a blob: its own, or those of its fragments. */
    public static List<BlobId> stored(BlobId id) {
        return of(id.group())
                .map(coding ->
                        IntStream.range(0, coding.all())
                                .mapToObj(i -> coding.fragment(id, i))
                                .toList())
                .orElse(List.of(id));
    }

    /** The name of the blob that a stored one is, or is a fragment of. */
    public static BlobId whole(BlobId stored) {
        return of(stored.group()).map(coding -> coding.fragment(stored, 0)).orElse(stored);
    }
}
