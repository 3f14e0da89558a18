package io.brume.store;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;

/** Many clients at once doing random transactions on real stores, and the history of it. */
public final class Workload {
    private Workload() {}

    /**
     * Runs clients until they have done so many transactions each.
     *
     * @param stores which store a client uses, asked with a random number before each transaction
     */
    public static void run(
            IntFunction<Store> stores, History history, int clients, int each, int keys, long seed)
            throws Exception {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < clients; client++) {
                String name = "w" + seed + "-" + client;
                RandomGenerator random = new SplittableRandom(seed * 1000 + client);
                running.add(
                        threads.submit(() -> {
                            for (int i = 0; i < each; i++) {
                                Store store = stores.apply(random.nextInt(1 << 30));
                                one(store, history, name + "-" + i, keys, random);
                            }
                        }));
            }
        }
        for (Future<?> one : running) {
            one.get();
        }
    }

    private static void one(
            Store store, History history, String writer, int keys, RandomGenerator random) {
        boolean viewing = random.nextInt(3) == 0;
        List<Step> steps = Step.random(random, keys, !viewing);
        long began = System.nanoTime();
        Ran ran = new Ran();
        History.End end;
        try {
            if (viewing) {
                store.<Boolean>view(tx -> {
                    ran.begin(tx);
                    steps.forEach(step -> step.read(tx, ran.trace));
                    return true;
                });
            } else {
                store.update(tx -> {
                    ran.begin(tx);
                    steps.forEach(step -> step.run(tx, writer, ran.trace));
                });
            }
            boolean wrote = !ran.trace.writes().isEmpty();
            end = wrote ? History.End.COMMITTED : History.End.VIEWED;
        } catch (CommitOutcomeUnknownException e) {
            end = History.End.UNKNOWN;
        } catch (StoreUnavailableException e) {
            end = History.End.NOTHING_HAPPENED;
        }
        history.add(
                new History.Deed(writer, began, System.nanoTime(), end, ran.revision, ran.trace));
    }

    private static final class Ran {
        private Step.Trace trace = new Step.Trace();
        private long revision;

        void begin(ReadTransaction tx) {
            trace = new Step.Trace();
            revision = tx.revision();
        }
    }

    /** All rows. */
    public static NavigableMap<String, Cell> rows(Store store) {
        TreeMap<String, Cell> rows = new TreeMap<>();
        store.<Boolean>view(tx -> {
            rows.clear();
            tx.stream(Cell.TABLE, KeyRange.all()).forEach(row -> rows.put(row.key(), row.value()));
            return true;
        });
        return rows;
    }

    /** Runs a load on one store and checks all of it. */
    public static History check(Store store, int clients, int each, int keys, long seed)
            throws Exception {
        History history = new History();
        long start = store.revision();
        AtomicBoolean failed = new AtomicBoolean();
        try (Watch watch =
                store.watch(
                        Cell.TABLE,
                        start,
                        event -> {
                            try {
                                history.watched(event);
                            } catch (AssertionError e) {
                                failed.set(true);
                            }
                        })) {
            run(any -> store, history, clients, each, keys, seed);
            long last = store.revision();
            Awaitility.await().until(() -> watch.revision() >= last);
        }
        if (failed.get()) {
            throw new AssertionError("the watch fell behind");
        }
        history.check(rows(store));
        return history;
    }
}
