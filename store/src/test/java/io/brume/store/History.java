package io.brume.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What clients did and when, and whether it is strictly serializable: whether there is one order of
 * all transactions that explains everything that was read, and in which a transaction that ended
 * before another began comes first.
 *
 * <p>The order need not be searched for: a commit's place is its revision, as the watch told it,
 * and a view's place is the revision that it saw.
 */
public final class History {
    /** How a transaction ended for its client. */
    public enum End {
        COMMITTED,
        VIEWED,
        NOTHING_HAPPENED,
        UNKNOWN
    }

    /**
     * One transaction.
     *
     * @param writer unique; every cell that it wrote has it
     * @param began not after its first read
     * @param ended when its client knew the end
     * @param revision what its (last) snapshot was
     */
    public record Deed(
            String writer, long began, long ended, End end, long revision, Step.Trace trace) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Deed that && writer.equals(that.writer);
        }

        @Override
        public int hashCode() {
            return writer.hashCode();
        }
    }

    private final List<Deed> deeds = new ArrayList<>();
    private final TreeMap<Long, Map<String, Optional<Cell>>> commits = new TreeMap<>();

    public synchronized void add(Deed deed) {
        deeds.add(deed);
    }

    public synchronized int size() {
        return deeds.size();
    }

    public synchronized List<Deed> deeds() {
        return List.copyOf(deeds);
    }

    /** Notes a commit as it was told to a watch. */
    public synchronized void committed(long revision, String key, Optional<Cell> value) {
        commits.computeIfAbsent(revision, r -> new HashMap<>()).put(key, value);
    }

    /** Notes what a watch was told. */
    public void watched(WatchEvent<String, Cell> event) {
        switch (event) {
            case WatchEvent.Changed<String, Cell> changed -> {
                for (Change<String, Cell> change : changed.changes()) {
                    committed(change.revision(), change.key(), Optional.ofNullable(change.value()));
                }
            }
            case WatchEvent.Resync<String, Cell> resync ->
                    throw new AssertionError("the watch fell behind at " + resync.revision());
        }
    }

    /** The last revision that was noted. */
    public synchronized long last() {
        return commits.isEmpty() ? 0 : commits.lastKey();
    }

    /** What the commits up to a revision made. */
    public synchronized NavigableMap<String, Cell> rowsAt(long revision) {
        TreeMap<String, Cell> rows = new TreeMap<>();
        commits.headMap(revision, true)
                .values()
                .forEach(writes ->
                        writes.forEach((key, value) ->
                                value.ifPresentOrElse(
                                        cell -> rows.put(key, cell), () -> rows.remove(key))));
        return rows;
    }

    /**
     * Throws an {@link AssertionError} that says what no order explains.
     *
     * @param finalRows the rows at the end, if they are known
     */
    public synchronized void check(@Nullable Map<String, Cell> finalRows) {
        Map<Deed, Long> places = places();
        TreeMap<String, Cell> rows = new TreeMap<>();
        Map<Long, List<Deed>> viewsAt = new HashMap<>();
        Map<Long, Deed> writerAt = new HashMap<>();
        places.forEach((deed, revision) -> {
            if (deed.end() == End.VIEWED) {
                viewsAt.computeIfAbsent(revision, r -> new ArrayList<>()).add(deed);
            } else {
                writerAt.put(revision, deed);
            }
        });
        viewsAt.getOrDefault(0L, List.of()).forEach(view -> explain(view, 0, rows));
        long before = 0;
        for (Map.Entry<Long, Map<String, Optional<Cell>>> commit : commits.entrySet()) {
            long revision = commit.getKey();
            for (long gap = before + 1; gap < revision; gap++) {
                explainAll(viewsAt, gap, rows);
            }
            Deed deed = writerAt.get(revision);
            if (deed != null) {
                explain(deed, revision, rows);
                if (!deed.trace().writes().equals(new TreeMap<>(commit.getValue()))) {
                    throw new AssertionError("half of a commit is there: " + deed);
                }
            }
            commit.getValue()
                    .forEach((key, value) ->
                            value.ifPresentOrElse(
                                    cell -> rows.put(key, cell), () -> rows.remove(key)));
            explainAll(viewsAt, revision, rows);
            before = revision;
        }
        if (finalRows != null && !rows.equals(finalRows)) {
            throw new AssertionError("the rows are " + finalRows + " but commits made " + rows);
        }
        realTime(places);
    }

    private static void explainAll(
            Map<Long, List<Deed>> viewsAt, long revision, NavigableMap<String, Cell> rows) {
        viewsAt.getOrDefault(revision, List.of()).forEach(view -> explain(view, revision, rows));
    }

    /** Each transaction that happened and its revision. */
    private Map<Deed, Long> places() {
        Map<String, Long> byWriter = new HashMap<>();
        commits.forEach((revision, writes) ->
                writes.values().forEach(cell -> cell.ifPresent(c -> place(byWriter, c, revision))));
        Map<Deed, Long> places = new HashMap<>();
        for (Deed deed : deeds) {
            Long revision = byWriter.get(deed.writer());
            boolean traceable =
                    deed.trace().writes().values().stream().anyMatch(Optional::isPresent);
            switch (deed.end()) {
                case VIEWED -> places.put(deed, deed.revision());
                case COMMITTED -> {
                    if (revision != null) {
                        places.put(deed, revision);
                    } else if (traceable) {
                        throw new AssertionError("acknowledged and lost: " + deed);
                    }
                }
                case UNKNOWN -> {
                    if (revision != null) {
                        places.put(deed, revision);
                    }
                }
                case NOTHING_HAPPENED -> {
                    if (revision != null) {
                        throw new AssertionError("it happened after all: " + deed);
                    }
                }
            }
        }
        return places;
    }

    private static void place(Map<String, Long> byWriter, Cell cell, long revision) {
        Long other = byWriter.putIfAbsent(cell.writer(), revision);
        if (other != null && other != revision) {
            throw new AssertionError(
                    cell.writer() + " committed at " + other + " and again at " + revision);
        }
    }

    private static void explain(Deed deed, long revision, NavigableMap<String, Cell> rows) {
        for (Step.Trace.Seen seen : deed.trace().seen()) {
            TreeMap<String, Cell> own = new TreeMap<>(rows);
            seen.own()
                    .forEach((key, value) ->
                            value.ifPresentOrElse(
                                    cell -> own.put(key, cell), () -> own.remove(key)));
            if (!seen.observation().holdsIn(own)) {
                throw new AssertionError(
                        "at revision "
                                + revision
                                + " the rows were "
                                + own
                                + " but "
                                + deed.writer()
                                + " saw "
                                + seen.observation());
            }
        }
    }

    /** Whoever began after another had ended has a later place. */
    private static void realTime(Map<Deed, Long> places) {
        List<Deed> byBegin = new ArrayList<>(places.keySet());
        byBegin.removeIf(deed -> deed.end() == End.UNKNOWN);
        List<Deed> byEnd = new ArrayList<>(byBegin);
        byBegin.sort(Comparator.comparingLong(Deed::began));
        byEnd.sort(Comparator.comparingLong(Deed::ended));
        int ended = 0;
        long highest = 0;
        Deed highestDeed = null;
        for (Deed deed : byBegin) {
            while (ended < byEnd.size() && byEnd.get(ended).ended() < deed.began()) {
                Deed earlier = byEnd.get(ended++);
                long place = places.getOrDefault(earlier, 0L);
                if (place >= highest) {
                    highest = place;
                    highestDeed = earlier;
                }
            }
            long own = places.getOrDefault(deed, 0L);
            boolean late = deed.end() == End.VIEWED ? own < highest : own <= highest;
            if (highestDeed != null && late && own + highest > 0) {
                throw new AssertionError(
                        deed + " is at " + own + ", before " + highestDeed + " at " + highest);
            }
        }
    }
}
