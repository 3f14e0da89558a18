package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;

import io.brume.control.fleet.Chunks.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What differs between two snapshots, as far as was looked. Equal names are equal content, since a
 * lineage has one data key. Pure.
 *
 * @param found in order of their indexes
 * @param next where to look on; empty at the end
 */
record Changes(List<Change> found, OptionalInt next) {
    Changes {
        found = List.copyOf(found);
        requireNonNull(next);
    }

    /**
     * A block that differs.
     *
     * @param inFirst whether the first snapshot has anything there but zeros
     */
    record Change(int index, boolean inFirst) {}

    /**
     * Compares two lists of chunks that begin at the same index, each in order.
     *
     * @param limit a list of so many may go on behind its last row; a shorter one is at its end
     * @param most changes that are wanted
     */
    static Changes between(List<Row> first, List<Row> second, int limit, int most) {
        // What lies behind the end of a list that was cut is not known.
        int known = Math.min(knownTo(first, limit), knownTo(second, limit));
        var found = new ArrayList<Change>();
        int i = 0;
        int j = 0;
        while (i < first.size() || j < second.size()) {
            int one = i < first.size() ? first.get(i).index() : Integer.MAX_VALUE;
            int other = j < second.size() ? second.get(j).index() : Integer.MAX_VALUE;
            int index = Math.min(one, other);
            if (index > known) {
                break;
            }
            boolean both = one == other;
            if (!both || !Arrays.equals(first.get(i).sha256(), second.get(j).sha256())) {
                if (found.size() == most) {
                    return new Changes(found, OptionalInt.of(index));
                }
                found.add(new Change(index, one <= other));
            }
            i += one == index ? 1 : 0;
            j += other == index ? 1 : 0;
        }
        return new Changes(
                found,
                known == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(known + 1));
    }

    private static int knownTo(List<Row> rows, int limit) {
        return rows.size() < limit ? Integer.MAX_VALUE : rows.getLast().index();
    }
}
