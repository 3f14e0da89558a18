package io.brume.storage.object.group;

import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds what two nodes have different of a group: first by sums over ranges of names, then by the
 * names of those ranges that differ. So nodes that have the same exchange some kilobytes.
 */
final class Comparison {
    private static final int NAMES_A_RANGE = 256;
    private static final int MOST_RANGES = 1 << 16;
    private static final int RANDOM_BITS = 48;
    private static final long RANDOM = (1L << RANDOM_BITS) - 1;
    private static final int PAGE = 1024;

    private final DiskBlobs local;
    private final BlobPeer peer;
    private final int group;
    private final int theirGroup;

    /** Is told the differences of one range. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Told of what two nodes do not have in common.
         *
         * @param missing what that node has, and this one not
         * @param alone what this node has, and that one not
         */
        void differ(List<BlobId> missing, List<BlobId> alone)
                throws IOException, InterruptedException;
    }

    /** Lists names after one. */
    private interface Names {
        List<BlobId> after(BlobId last) throws IOException;
    }

    Comparison(DiskBlobs local, BlobPeer peer, int group) {
        this(local, peer, group, group);
    }

    /**
     * Compares names but for their groups.
     *
     * @param theirGroup the group there, whose names are those of other fragments
     */
    Comparison(DiskBlobs local, BlobPeer peer, int group, int theirGroup) {
        this.local = local;
        this.peer = peer;
        this.group = group;
        this.theirGroup = theirGroup;
    }

    void run(Visitor visitor) throws IOException, InterruptedException {
        long count = Math.clamp(local.count(group) / NAMES_A_RANGE, 1, MOST_RANGES);
        int ranges = Integer.highestOneBit((int) count);
        List<Long> theirs = peer.check(theirGroup, ranges).sums();
        long[] ours = local.digest(group, ranges);
        for (int range = 0; range < ranges; range++) {
            if (ours[range] != theirs.get(range)) {
                compare(range, RANDOM_BITS - Integer.numberOfTrailingZeros(ranges), visitor);
            }
        }
    }

    private void compare(int range, int shift, Visitor visitor)
            throws IOException, InterruptedException {
        long first = (long) range << shift;
        long last = first | (1L << shift) - 1;
        Set<BlobId> there =
                names(in(theirGroup, first), in(theirGroup, last), after -> peer.names(after, PAGE))
                        .stream()
                        .map(id -> new BlobId(in(group, id.high() & RANDOM), id.low()))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<BlobId> here =
                names(in(group, first), in(group, last), after -> local.names(group, after, PAGE));
        List<BlobId> missing = new ArrayList<>(there);
        missing.removeAll(here);
        List<BlobId> alone = new ArrayList<>(here);
        alone.removeAll(there);
        visitor.differ(missing, alone);
    }

    private static long in(int group, long random) {
        return (long) group << RANDOM_BITS | random;
    }

    private static Set<BlobId> names(long firstHigh, long lastHigh, Names names)
            throws IOException {
        Set<BlobId> found = new TreeSet<>();
        BlobId last = new BlobId(firstHigh, 0);
        boolean more = true;
        while (more) {
            List<BlobId> page = names.after(last);
            more = page.size() == PAGE;
            for (BlobId id : page) {
                if (Long.compareUnsigned(id.high(), lastHigh) > 0) {
                    more = false;
                } else {
                    found.add(id);
                    last = id;
                }
            }
        }
        return found;
    }

    /** Whether the other node has all of these, which are in order. */
    boolean hasAll(List<BlobId> ids) throws IOException {
        if (ids.isEmpty()) {
            return true;
        }
        BlobId first = ids.getFirst();
        Set<BlobId> there =
                names(
                        first.high(),
                        ids.getLast().high(),
                        // Whatever begins like the first name is asked for, too.
                        after -> peer.names(after, PAGE));
        return there.containsAll(ids);
    }
}
