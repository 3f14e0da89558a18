package io.brume.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** One thing that a random transaction does. */
public sealed interface Step {
    record Get(String key) implements Step {}

    record Scan(String from, String to, int limit) implements Step {}

    record Lookup(String colour, int limit) implements Step {}

    record Put(String key, String colour) implements Step {}

    record Delete(String key) implements Step {}

    /** A random transaction over few keys, so that transactions meet. */
    static List<Step> random(RandomGenerator random, int keys, boolean mayWrite) {
        List<Step> steps = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            steps.add(one(random, keys, mayWrite));
        }
        return steps;
    }

    private static Step one(RandomGenerator random, int keys, boolean mayWrite) {
        return switch (random.nextInt(mayWrite ? 9 : 4)) {
            case 0, 1 -> new Get(key(random, keys));
            case 2 -> new Scan(key(random, keys), key(random, keys), 1 + random.nextInt(4));
            case 3 -> new Lookup(colour(random), 1 + random.nextInt(4));
            case 4 -> new Delete(key(random, keys));
            default -> new Put(key(random, keys), colour(random));
        };
    }

    private static String key(RandomGenerator random, int keys) {
        return "k" + (char) ('a' + random.nextInt(keys));
    }

    private static String colour(RandomGenerator random) {
        return random.nextBoolean() ? "red" : "blue";
    }

    /** Does it, and notes what was read of others' or what was written. */
    default void run(Transaction tx, String writer, Trace trace) {
        switch (this) {
            case Put(String key, String colour) -> {
                Cell cell = new Cell(colour, writer);
                tx.put(Cell.TABLE, key, cell);
                trace.writes().put(key, Optional.of(cell));
            }
            case Delete(String key) -> {
                tx.delete(Cell.TABLE, key);
                trace.writes().put(key, Optional.empty());
            }
            default -> read(tx, trace);
        }
    }

    default void read(ReadTransaction tx, Trace trace) {
        Observation seen =
                switch (this) {
                    case Get(String key) -> new Observation.Got(key, tx.get(Cell.TABLE, key));
                    case Scan(String from, String to, int limit) ->
                            new Observation.Scanned(
                                    from,
                                    to,
                                    limit,
                                    tx.scan(Cell.TABLE, KeyCodec.string().range(from, to), limit));
                    case Lookup(String colour, int limit) ->
                            new Observation.Looked(
                                    colour,
                                    limit,
                                    tx.lookup(Cell.TABLE, Cell.BY_COLOUR, colour, limit));
                    case Put ignored -> throw new IllegalStateException("a view cannot write");
                    case Delete ignored -> throw new IllegalStateException("a view cannot write");
                };
        trace.seen().add(new Trace.Seen(Map.copyOf(trace.writes()), seen));
    }

    /** What one run of a body read and wrote. */
    record Trace(List<Seen> seen, TreeMap<String, Optional<Cell>> writes) {
        public Trace() {
            this(new ArrayList<>(), new TreeMap<>());
        }

        /**
         * Something that was read.
         *
         * @param own what the transaction itself had written by then
         */
        public record Seen(Map<String, Optional<Cell>> own, Observation observation) {}
    }
}
