package io.brume.storage.object.engine;

import io.brume.storage.object.engine.KeyHistory.Call;
import io.brume.storage.object.engine.KeyHistory.Deed;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import io.brume.store.StoreUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Clients that put, put on conditions, delete, read and list, and note what they were told and
 * when. What fails while nodes die has an end that nobody knows.
 */
final class EngineClients implements AutoCloseable {
    private static final int KEYS = 6;
    private static final int CLIENTS = 6;
    private static final int MOST_OF_A_KEY = 400;

    /** A version that was acknowledged, and nobody deleted. */
    record Kept(ObjectKey key, VersionId id, String content) {}

    final Map<String, KeyHistory> histories = new HashMap<>();
    final Queue<Kept> versions = new ConcurrentLinkedQueue<>();

    /** The longest time in which no change was acknowledged, in nanoseconds. */
    final AtomicLong outage = new AtomicLong();

    private final AtomicLong acknowledged = new AtomicLong();

    /** Calls that failed while nodes were away. */
    final AtomicLong refused = new AtomicLong();

    private final AtomicLong last = new AtomicLong(System.nanoTime());
    private final AtomicLong names = new AtomicLong();
    private final EngineGuest guest;
    private final Bucket plain;
    private final Bucket versioned;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<Boolean>> all = new ArrayList<>();
    private volatile boolean ended;

    EngineClients(EngineGuest guest, Bucket plain, Bucket versioned) {
        this.guest = guest;
        this.plain = plain;
        this.versioned = versioned;
        for (int i = 0; i < KEYS; i++) {
            histories.put("key/" + i, new KeyHistory());
        }
    }

    void start(long seed) {
        for (int client = 0; client < CLIENTS; client++) {
            Random random = new Random(seed * 31 + client);
            all.add(threads.submit(() -> run(random)));
        }
    }

    long acknowledged() {
        return acknowledged.get();
    }

    private boolean run(Random random) throws IOException {
        while (!ended) {
            String key = "key/" + random.nextInt(KEYS);
            KeyHistory history = history(key);
            if (history.size() < MOST_OF_A_KEY) {
                step(random, new ObjectKey(key), history);
            } else {
                putVersion(random);
            }
        }
        return true;
    }

    private KeyHistory history(String key) {
        KeyHistory history = histories.get(key);
        if (history == null) {
            throw new AssertionError("a key that nobody put: " + key);
        }
        return history;
    }

    private void step(Random random, ObjectKey key, KeyHistory history) throws IOException {
        switch (random.nextInt(10)) {
            case 0, 1 -> put(key, content(random), history);
            case 2 -> putIfNone(key, content(random), history);
            case 3 -> putIfMatch(key, content(random), history);
            case 4 -> delete(key, history);
            case 5 -> list();
            case 6 -> putVersion(random);
            default -> {
                var _ = read(key, history);
            }
        }
    }

    private String content(Random random) {
        int size =
                switch (random.nextInt(12)) {
                    case 0 -> 1_500_000;
                    case 1, 2 -> 100_000;
                    default -> 1 + random.nextInt(5000);
                };
        return "content" + names.incrementAndGet() + "-" + size;
    }

    /** A call of the index: its answer; null when nobody knows how it ended. */
    private interface Change {
        /** Returns what was done. */
        Deed run() throws IOException;
    }

    private void change(KeyHistory history, Deed attempted, Change change) {
        long began = System.nanoTime();
        try {
            Deed done = change.run();
            history.add(new Call(done, began, System.nanoTime()));
            progress();
        } catch (StoreUnavailableException e) {
            history.add(new Call(attempted, began, Call.NEVER));
        } catch (IOException e) {
            // The bytes could not be stored: the index was never asked.
            refused.incrementAndGet();
        }
    }

    private void progress() {
        long now = System.nanoTime();
        acknowledged.incrementAndGet();
        outage.accumulateAndGet(now - last.getAndSet(now), Math::max);
    }

    private void put(ObjectKey key, String content, KeyHistory history) {
        Deed.Put put = new Deed.Put(content);
        change(
                history,
                put,
                () -> {
                    var _ = guest.put(plain, key, content, Condition.NONE);
                    return put;
                });
    }

    private void putIfNone(ObjectKey key, String content, KeyHistory history) {
        change(
                history,
                new Deed.PutIf(content, null, true),
                () -> {
                    try {
                        var _ = guest.put(plain, key, content, Condition.ifNoneMatch("*"));
                        return new Deed.PutIf(content, null, true);
                    } catch (IndexFault fault) {
                        expect(fault, Reason.PRECONDITION_FAILED);
                        return new Deed.PutIf(content, null, false);
                    }
                });
    }

    private void putIfMatch(ObjectKey key, String content, KeyHistory history) throws IOException {
        String before = read(key, history);
        if (before == null) {
            return;
        }
        change(
                history,
                new Deed.PutIf(content, before, true),
                () -> {
                    try {
                        var _ = guest.put(plain, key, content, Condition.ifMatch(before));
                        return new Deed.PutIf(content, before, true);
                    } catch (IndexFault fault) {
                        expect(fault, Reason.PRECONDITION_FAILED, Reason.NO_SUCH_KEY);
                        return fault.reason() == Reason.NO_SUCH_KEY
                                ? new Deed.Saw(null)
                                : new Deed.PutIf(content, before, false);
                    }
                });
    }

    private static void expect(IndexFault fault, Reason... reasons) {
        if (!Arrays.asList(reasons).contains(fault.reason())) {
            throw fault;
        }
    }

    private void delete(ObjectKey key, KeyHistory history) {
        change(
                history,
                new Deed.Delete(),
                () -> {
                    var _ = guest.index.delete(plain.name(), key, plain.owner(), Condition.NONE);
                    return new Deed.Delete();
                });
    }

    /** What there is; also null when nobody answers. */
    private @Nullable String read(ObjectKey key, KeyHistory history) throws IOException {
        long began = System.nanoTime();
        Optional<ObjectVersion> found;
        try {
            found = guest.index.find(plain.name(), key, Optional.empty());
        } catch (StoreUnavailableException e) {
            return null;
        }
        String content =
                found.flatMap(ObjectVersion::content).map(ObjectContent::etag).orElse(null);
        history.add(new Call(new Deed.Saw(content), began, System.nanoTime()));
        if (found.isPresent() && content != null) {
            check(found.get(), content);
        }
        return content;
    }

    /** Bytes that come are right. None need come when the object is replaced meanwhile. */
    private void check(ObjectVersion version, String content) {
        byte[] bytes;
        try {
            bytes = guest.read(version);
        } catch (IOException e) {
            return;
        }
        if (!Arrays.equals(bytes, EngineGuest.bytes(content))) {
            throw new AssertionError("wrong bytes of " + content);
        }
    }

    /** A page is one instant: it says of each key what was there. */
    private void list() {
        long began = System.nanoTime();
        Map<String, String> seen = new HashMap<>();
        try {
            guest.index
                    .list(plain.name(), new ListRequest("key/", "", "", "", 1000))
                    .items()
                    .forEach(item ->
                            seen.put(item.key().value(), item.content().orElseThrow().etag()));
        } catch (StoreUnavailableException e) {
            return;
        }
        long ended = System.nanoTime();
        histories.forEach(
                (key, history) -> history.add(new Call(new Deed.Saw(seen.get(key)), began, ended)));
    }

    private void putVersion(Random random) {
        ObjectKey key = new ObjectKey("versions/" + random.nextInt(3));
        String content = content(random);
        try {
            ObjectVersion version = guest.put(versioned, key, content, Condition.NONE);
            versions.add(new Kept(key, version.versionId(), content));
            progress();
        } catch (StoreUnavailableException | IOException e) {
            // It may be there or not; nothing is asked of it.
            refused.incrementAndGet();
        }
    }

    /** Ends the clients; fails if one of them failed. */
    void end() throws Exception {
        ended = true;
        for (Future<Boolean> one : all) {
            one.get();
        }
    }

    @Override
    public void close() {
        ended = true;
        threads.close();
    }
}
