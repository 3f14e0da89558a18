package io.brume.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Something that a transaction read, and how a plain map would have answered. */
public sealed interface Observation {
    /** Whether a map of the same rows gives the same answer. */
    boolean holdsIn(NavigableMap<String, Cell> rows);

    record Got(String key, @Nullable Cell value) implements Observation {
        @Override
        public boolean holdsIn(NavigableMap<String, Cell> rows) {
            return Objects.equals(rows.get(key), value);
        }
    }

    record Scanned(String from, String to, int limit, List<Entry<String, Cell>> found)
            implements Observation {
        @Override
        public boolean holdsIn(NavigableMap<String, Cell> rows) {
            SortedMap<String, Cell> range =
                    from.compareTo(to) <= 0 ? rows.subMap(from, to) : new TreeMap<>();
            return first(range, limit).equals(found);
        }
    }

    record Looked(String colour, int limit, List<Entry<String, Cell>> found)
            implements Observation {
        @Override
        public boolean holdsIn(NavigableMap<String, Cell> rows) {
            TreeMap<String, Cell> matching = new TreeMap<>(rows);
            matching.values().removeIf(cell -> !cell.colour().equals(colour));
            return first(matching, limit).equals(found);
        }
    }

    private static List<Entry<String, Cell>> first(SortedMap<String, Cell> rows, int limit) {
        List<Entry<String, Cell>> found = new ArrayList<>();
        for (Map.Entry<String, Cell> row : rows.entrySet()) {
            if (found.size() == limit) {
                break;
            }
            found.add(new Entry<>(row.getKey(), row.getValue()));
        }
        return found;
    }
}
