package io.brume.storage.object.index.codec;

import java.util.ArrayList;
import java.util.List;

/** A set of parts' numbers, as runs: most uploads have one. */
public record PartNumbers(List<Run> runs) {
    /** No number at all. */
    public static final PartNumbers NONE = new PartNumbers(List.of());

    /** Numbers without a gap, both ends included. */
    public record Run(int first, int last) {}

    public PartNumbers {
        runs = List.copyOf(runs);
    }

    /** Of numbers that ascend. */
    public static PartNumbers of(Iterable<Integer> ascending) {
        List<Run> runs = new ArrayList<>();
        for (int number : ascending) {
            Run last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.last() + 1 == number) {
                runs.set(runs.size() - 1, new Run(last.first(), number));
            } else {
                runs.add(new Run(number, number));
            }
        }
        return new PartNumbers(runs);
    }

    public boolean contains(int number) {
        int low = 0;
        int high = runs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Run run = runs.get(middle);
            if (number < run.first()) {
                high = middle - 1;
            } else if (number > run.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }
}
