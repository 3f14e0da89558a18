package io.brume.storage.object.index.bench;

import static io.brume.storage.object.index.TestObjects.BUCKET;
import static io.brume.storage.object.index.TestObjects.OWNER;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.time.Time;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.index.TestObjects;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.store.Store;
import io.brume.store.raft.ReplicatedStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Puts, finds and pages of a thousand keys on a group of one, every put durable before it is
 * acknowledged. Each kind runs twice, the first time to warm up.
 */
public final class IndexBench {
    private static final int CLIENTS = 16;
    private static final int PAGE = 1000;

    private final StoredIndex index;
    private final Duration each;
    private final int keys;

    private IndexBench(StoredIndex index, Duration each, int keys) {
        this.index = index;
        this.each = each;
        this.keys = keys;
    }

    /** The directory, the seconds for each kind, and how many keys are listed. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Duration each = Duration.ofSeconds(Long.parseLong(arguments[1]));
        int keys = Integer.parseInt(arguments[2]);
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        RaftSettings settings =
                RaftSettings.alone(
                        new UUID(1, 2),
                        new RaftMember("one", "127.0.0.1", port, 0),
                        directory.resolve("log"));
        SecureRandom random = new SecureRandom();
        try (ReplicatedStore store =
                ReplicatedStore.open(settings, directory.resolve("rows"), Time.system(), random)) {
            store.awaitLeader(Duration.ofSeconds(30));
            new IndexBench(index(store, random), each, keys).run();
        }
    }

    private static StoredIndex index(Store store, SecureRandom random) {
        StoredIndex index = new StoredIndex(store, Time.system(), random);
        index.createBucket(BUCKET, OWNER, "local", false, Map.of());
        return index;
    }

    private static String key(long number) {
        return "some/folder/of/objects/object-%08d".formatted(number);
    }

    private void put(long number) {
        index.put(BUCKET, TestObjects.object(key(number), "0".repeat(32)), Condition.NONE);
    }

    private void run() throws Exception {
        AtomicLong next = new AtomicLong();
        measure(
                "fill",
                CLIENTS,
                _ -> {
                    long number = next.getAndIncrement();
                    if (number < keys) {
                        put(number);
                    }
                },
                keys);
        for (int round = 0; round < 2; round++) {
            measure("put, replacing", CLIENTS, i -> put(i * 7919 % keys), 0);
            measure("find", CLIENTS, i -> find(i * 7919 % keys), 0);
            for (int clients : new int[] {1, 2, 4}) {
                measure("list of " + PAGE, clients, i -> list(i, ""), 0);
            }
            measure("list of prefixes", 2, i -> list(i, "/"), 0);
        }
        index.configure(BUCKET, BucketSetting.VERSIONING, Optional.of("<Status>Enabled</Status>"));
        measure("put, versioned", CLIENTS, i -> put(i * 7919 % keys), 0);
        measure("list of versions", 2, this::listVersions, 0);
    }

    private void find(long number) {
        if (index.find(BUCKET, new ObjectKey(key(number)), Optional.empty()).isEmpty()) {
            throw new IllegalStateException("an object is lost");
        }
    }

    private void list(long number, String delimiter) {
        String after = keys <= PAGE ? "" : key(number * PAGE % (keys - PAGE));
        ListPage<ObjectVersion> page =
                index.list(
                        BUCKET,
                        new ListRequest("", delimiter, delimiter.isEmpty() ? after : "", "", PAGE));
        if (delimiter.isEmpty() && page.items().size() != Math.min(PAGE, keys)) {
            throw new IllegalStateException("a page of " + page.items().size());
        }
    }

    private void listVersions(long number) {
        index.listVersions(BUCKET, new ListRequest("", "", key(number % keys), "", PAGE));
    }

    /** Runs for a time, or so many times. */
    private void measure(String what, int clients, LongConsumer call, long times) throws Exception {
        AtomicLong turns = new AtomicLong();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                all.add(
                        threads.submit(() -> {
                            while (times > 0
                                    ? turns.get() < times
                                    : System.nanoTime() - start < each.toNanos()) {
                                call.accept(turns.getAndIncrement());
                            }
                            return true;
                        }));
            }
            for (Future<Boolean> one : all) {
                one.get();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        print("%-18s %2d clients: %8.0f /s%n", what, clients, turns.get() / seconds);
    }

    @FormatMethod
    private static void print(@FormatString String format, Object... values) {
        System.out.printf(format, values);
    }
}
