package io.brume.storage.block;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What has not been applied to the segments yet, between two cuts: single blocks, and long ranges
 * of zeros. A block in the table is newer than a range that covers it. Guarded by its replica's
 * view lock.
 */
final class Layer {
    /** Ranges that a layer holds at most; the next zeroing waits for the applier. */
    static final int MOST_RANGES = 1024;

    final PlaceTable table = new PlaceTable();
    private Range[] ranges = new Range[0];

    private volatile @Nullable Cut cut;

    /** The moment of a snapshot: after everything of this layer. */
    record Cut(String snapshotId, long sequence) {}

    /** The cut that ends it; null for the layer that takes changes. */
    @Nullable Cut cut() {
        return cut;
    }

    void end(Cut with) {
        cut = with;
    }

    /**
     * A long range of zeros.
     *
     * @param to the first block behind it
     * @param place as {@link Place#zero} makes it
     */
    record Range(long from, long to, long place) {}

    boolean isEmpty() {
        return table.size() == 0 && ranges.length == 0;
    }

    boolean isFullOfRanges() {
        return ranges.length >= MOST_RANGES;
    }

    /** The place of the newest range that covers a block, or {@link Place#SEGMENT}. */
    long range(long block) {
        for (int i = ranges.length - 1; i >= 0; i--) {
            Range range = ranges[i];
            if (block >= range.from && block < range.to) {
                return range.place;
            }
        }
        return Place.SEGMENT;
    }

    /** Whether any part of a range of blocks has something here. */
    boolean touches(long from, long to) {
        for (Range range : ranges) {
            if (range.from < to && from < range.to) {
                return true;
            }
        }
        if (table.size() == 0) {
            return false;
        }
        for (long block = from; block < to; block++) {
            if (table.find(block) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Zeros a long range: whatever was there before is gone. */
    void zero(long from, long to, long place) {
        table.removeRange(from, to);
        ranges = Arrays.copyOf(ranges, ranges.length + 1);
        ranges[ranges.length - 1] = new Range(from, to, place);
    }

    /** The ranges whose place in the journal is below a bound, oldest first. */
    Range[] rangesBelow(long bound) {
        return Arrays.stream(ranges)
                .filter(range -> Place.inJournal(range.place) < bound)
                .toArray(Range[]::new);
    }

    void removeRangesBelow(long bound) {
        ranges =
                Arrays.stream(ranges)
                        .filter(range -> Place.inJournal(range.place) >= bound)
                        .toArray(Range[]::new);
    }
}
