package io.brume.store;

import io.brume.store.raft.ReplicatedStore;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A program that writes until it is killed and says what was acknowledged: each writer counts in
 * one row and adds a row for each count, in one transaction.
 */
final class KilledStore {
    static final int WRITERS = 8;

    private KilledStore() {}

    static String counter(int writer) {
        return "counter-" + writer;
    }

    static String row(int writer, int count) {
        return "row-" + writer + "-" + String.format("%08d", count);
    }

    public static void main(String[] arguments) {
        ReplicatedStore store = TestStores.alone(Path.of(arguments[0]), 300);
        say("ready");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                var _ = threads.submit(() -> write(store, number));
            }
        }
    }

    private static void write(Store store, int writer) {
        try {
            while (true) {
                int count =
                        store.transact(tx -> {
                            String last = tx.get(Fruit.NAMES, counter(writer));
                            int next = last == null ? 1 : Integer.parseInt(last) + 1;
                            tx.put(Fruit.NAMES, counter(writer), Integer.toString(next));
                            tx.put(Fruit.NAMES, row(writer, next), "x".repeat(300));
                            return next;
                        });
                say(writer + " " + count);
            }
        } catch (RuntimeException e) {
            say("failed " + e);
        }
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
