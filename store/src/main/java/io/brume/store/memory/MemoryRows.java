package io.brume.store.memory;

import io.brume.store.Bytes;
import io.brume.store.machine.Row;
import io.brume.store.machine.RowView;
import io.brume.store.machine.Rows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows in memory: every row is a chain of versions, newest first, cut where no view can see it any
 * more.
 */
public final class MemoryRows implements Rows {
    private final ConcurrentSkipListMap<Bytes, Version> rows = new ConcurrentSkipListMap<>();
    private final TreeMap<Long, Integer> views = new TreeMap<>();
    private final ArrayDeque<Deleted> deleted = new ArrayDeque<>();
    private long written;

    /** A value (or its absence) since a write. */
    private static final class Version {
        private final long since;
        private final byte @Nullable [] value;
        private volatile @Nullable Version older;

        Version(long since, byte @Nullable [] value, @Nullable Version older) {
            this.since = since;
            this.value = value;
            this.older = older;
        }
    }

    private record Deleted(Bytes key, Version version) {}

    @Override
    public synchronized void write(Map<Bytes, Optional<byte[]>> changes) {
        long at = written + 1;
        long oldestSeen = views.isEmpty() ? at : views.firstKey();
        changes.forEach((key, value) -> {
            Version version = new Version(at, value.orElse(null), rows.get(key));
            rows.put(key, version);
            cut(version, oldestSeen);
            if (value.isEmpty()) {
                deleted.add(new Deleted(key, version));
            }
        });
        written = at;
        Deleted first = deleted.peek();
        while (first != null && first.version().since <= oldestSeen) {
            rows.remove(first.key(), first.version());
            deleted.remove();
            first = deleted.peek();
        }
    }

    /** Drops every version that is older than the one that the oldest view sees. */
    private static void cut(Version newest, long oldestSeen) {
        Version seen = newest;
        while (seen != null && seen.since > oldestSeen) {
            seen = seen.older;
        }
        if (seen != null) {
            seen.older = null;
        }
    }

    @Override
    public synchronized RowView view() {
        views.merge(written, 1, Integer::sum);
        return new View(written);
    }

    private synchronized void release(long at) {
        views.computeIfPresent(at, (key, count) -> count == 1 ? null : count - 1);
    }

    private final class View implements RowView {
        private final long at;
        private boolean closed;

        View(long at) {
            this.at = at;
        }

        private byte @Nullable [] visible(@Nullable Version newest) {
            Version version = newest;
            while (version != null && version.since > at) {
                version = version.older;
            }
            return version == null ? null : version.value;
        }

        @Override
        public byte @Nullable [] get(Bytes key) {
            return visible(rows.get(key));
        }

        @Override
        public List<Row> scan(Bytes from, @Nullable Bytes to, int limit) {
            ConcurrentNavigableMap<Bytes, Version> range =
                    to == null ? rows.tailMap(from) : rows.subMap(from, to);
            List<Row> found = new ArrayList<>();
            for (Map.Entry<Bytes, Version> entry : range.entrySet()) {
                byte[] value = visible(entry.getValue());
                if (value != null) {
                    found.add(new Row(entry.getKey(), value));
                    if (found.size() == limit) {
                        break;
                    }
                }
            }
            return found;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                release(at);
            }
        }
    }
}
