package io.brume.store.commit;

import io.brume.store.Bytes;
import io.brume.store.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a transaction has read: keys, and ranges as far as they were read. Not thread-safe. */
final class ReadSet {
    private final Set<Bytes> keys = new LinkedHashSet<>();
    private final List<KeyRange<Bytes>> ranges = new ArrayList<>();

    void add(Bytes key) {
        keys.add(key);
    }

    void add(KeyRange<Bytes> range) {
        if (!range.isEmpty()) {
            ranges.add(range);
        }
    }

    List<Bytes> keys() {
        return List.copyOf(keys);
    }

    List<KeyRange<Bytes>> ranges() {
        return ranges;
    }
}
