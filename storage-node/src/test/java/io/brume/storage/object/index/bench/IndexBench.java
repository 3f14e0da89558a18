package io.brume.storage.object.index.bench;

import static io.brume.storage.object.index.TestObjects.BUCKET;
import static io.brume.storage.object.index.TestObjects.OWNER;

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
import io.brume.store.raft.ReplicatedStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts, finds and pages of a thousand keys on a group of one, every put durable before it is
 * acknowledged: at one number of keys after the other, so that it shows whether they stay the same.
 */
public final class IndexBench {
    private static final int CLIENTS = 16;
    private static final int PAGE = 1000;

    private final ReplicatedStore store;
    private final StoredIndex index;
    private final Load load;
    private final AtomicLong fresh = new AtomicLong();
    private long keys;

    private IndexBench(ReplicatedStore store, StoredIndex index, Duration each) {
        this.store = store;
        this.index = index;
        this.load = new Load(each);
    }

    /** The directory, the seconds for each kind, and how many keys there are, ascending. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Duration each = Duration.ofSeconds(Long.parseLong(arguments[1]));
        long[] sizes =
                Arrays.stream(arguments, 2, arguments.length).mapToLong(Long::parseLong).toArray();
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
            StoredIndex index = new StoredIndex(store, Time.system(), random);
            index.createBucket(BUCKET, OWNER, "local", false, Map.of());
            IndexBench bench = new IndexBench(store, index, each);
            for (long size : sizes) {
                bench.run(size);
            }
            bench.versions();
        }
    }

    static String key(long number) {
        return "some/folder/of/objects/object-%010d".formatted(number);
    }

    private void put(long number) {
        index.put(BUCKET, TestObjects.object(key(number), "0".repeat(32)), Condition.NONE);
    }

    /** Anywhere among the keys that there are. */
    private long any(long turn) {
        return turn * 7_919 % keys;
    }

    private void run(long size) throws Exception {
        load.print("%,d keys%n", size);
        long began = System.nanoTime();
        BulkFill.fill(store, keys, size);
        keys = size;
        load.print("  filled within %d s%n", (System.nanoTime() - began) / 1_000_000_000);
        load.warmUp(CLIENTS, turn -> put(any(turn)));
        load.warmUp(2, turn -> list(any(turn), ""));
        load.measure("put, new", CLIENTS, _ -> put(10_000_000_000L - fresh.incrementAndGet()));
        load.measure("put, replacing", CLIENTS, turn -> put(any(turn)));
        load.measure("put, replacing", 1, turn -> put(any(turn)));
        load.measure("find", CLIENTS, turn -> find(any(turn)));
        for (int clients : new int[] {1, 2, 16}) {
            load.measure("list of " + PAGE, clients, turn -> list(any(turn), ""));
        }
        load.measure("list of prefixes", 2, turn -> list(any(turn), "/"));
    }

    private void versions() throws Exception {
        index.configure(BUCKET, BucketSetting.VERSIONING, Optional.of("<Status>Enabled</Status>"));
        load.measure("put, versioned", CLIENTS, turn -> put(any(turn)));
        load.measure("list of versions", 2, turn -> listVersions(any(turn)));
    }

    private void find(long number) {
        if (index.find(BUCKET, new ObjectKey(key(number)), Optional.empty()).isEmpty()) {
            throw new IllegalStateException("an object is lost");
        }
    }

    private void list(long number, String delimiter) {
        String after = keys <= PAGE ? "" : key(number % (keys - PAGE));
        ListPage<ObjectVersion> page =
                index.list(
                        BUCKET,
                        new ListRequest("", delimiter, delimiter.isEmpty() ? after : "", "", PAGE));
        if (delimiter.isEmpty() && page.items().size() != Math.min(PAGE, keys)) {
            throw new IllegalStateException("a page of " + page.items().size());
        }
    }

    private void listVersions(long number) {
        index.listVersions(BUCKET, new ListRequest("", "", key(number), "", PAGE));
    }
}
