package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.fleet.Chunks;
import io.brume.control.fleet.Chunks.ChunkException;
import io.brume.control.fleet.Chunks.Problem;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage nodes of a snapshot: reads are answered by any of them, the one that failed last
 * being asked last; writes by all of them, at once. Thread-safe; blocks.
 */
final class Nodes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Nodes.class);

    /** For how long a node that has failed is asked after the others. */
    private static final Duration SHUNNED = Duration.ofSeconds(10);

    /** How long a node may take to hear of a snapshot, or to come back, before it is given up. */
    private final Duration patience;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Store store;
    private final Chunks chunks;
    private final RandomGenerator random;
    private final Time time;
    private final Map<NodeId, Long> failedAtNanos = new HashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Nodes(Store store, Chunks chunks, Duration patience, RandomGenerator random, Time time) {
        this.store = requireNonNull(store);
        this.chunks = requireNonNull(chunks);
        this.patience = requireNonNull(patience);
        this.random = requireNonNull(random);
        this.time = requireNonNull(time);
    }

    /** The chunks of a snapshot that are not all zeros, from an index on: at most so many. */
    List<Chunks.Row> list(Snapshot snapshot, int from, int most) {
        return ask(snapshot, node -> chunks.list(node, snapshot.id(), from, most));
    }

    /** A chunk as it is stored. */
    byte[] get(Snapshot snapshot, int index) {
        return ask(snapshot, node -> chunks.get(node, snapshot.id(), index));
    }

    private <T> T ask(Snapshot snapshot, Function<StorageNode, T> question) {
        for (var node : inOrder(snapshot)) {
            try {
                return question.apply(node);
            } catch (ChunkException e) {
                failed(node.id());
                log.warn("{} cannot be read from {}: {}", snapshot.id(), node.id(), e.getMessage());
            }
        }
        throw Faults.internal(
                "No storage node can be reached that keeps the snapshot '%s'."
                        .formatted(snapshot.id()),
                null);
    }

    /** In random order, so that the work spreads; those that failed a moment ago at the end. */
    private List<StorageNode> inOrder(Snapshot snapshot) {
        var nodes = new ArrayList<>(addresses(snapshot.nodes()).values());
        Map<NodeId, Integer> order = new HashMap<>();
        for (var node : nodes) {
            int luck = random.nextInt(1 << 16);
            order.put(node.id(), hasFailed(node.id()) ? luck + (1 << 16) : luck);
        }
        nodes.sort(Comparator.comparing(node -> order.getOrDefault(node.id(), 0)));
        return nodes;
    }

    private synchronized void failed(NodeId node) {
        failedAtNanos.put(node, time.nanos());
    }

    private synchronized boolean hasFailed(NodeId node) {
        var at = failedAtNanos.get(node);
        return at != null && time.since(at).compareTo(SHUNNED) < 0;
    }

    private Map<NodeId, StorageNode> addresses(List<NodeId> ids) {
        return store.view(tx -> {
            Map<NodeId, StorageNode> known = new HashMap<>();
            for (var id : ids) {
                var node = tx.get(VolumeTables.STORAGE_NODES, id);
                if (node != null) {
                    known.put(id, node);
                }
            }
            return known;
        });
    }

    /**
     * Writes a chunk to all nodes of a snapshot.
     *
     * @return the nodes that have it, durably
     */
    Set<NodeId> put(Snapshot snapshot, int index, byte[] data) throws InterruptedException {
        Map<NodeId, Future<Boolean>> writes = new HashMap<>();
        for (var id : snapshot.nodes()) {
            writes.put(id, threads.submit(() -> put(id, snapshot, index, data)));
        }
        Set<NodeId> done = new HashSet<>();
        for (var write : writes.entrySet()) {
            try {
                if (write.getValue().get()) {
                    done.add(write.getKey());
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("a write broke", e.getCause());
            }
        }
        return done;
    }

    private boolean put(NodeId id, Snapshot snapshot, int index, byte[] data)
            throws InterruptedException {
        long began = time.nanos();
        var pause = FIRST_PAUSE;
        while (true) {
            try {
                var node = addresses(List.of(id)).get(id);
                if (node == null) {
                    return false;
                }
                chunks.put(node, snapshot.id(), index, data);
                return true;
            } catch (ChunkException e) {
                boolean hopeless = e.problem() == Problem.FULL || e.problem() == Problem.DAMAGED;
                if (hopeless || time.since(began).compareTo(patience) > 0) {
                    log.warn(
                            "{} does not take block {} of {}: {}",
                            id,
                            index,
                            snapshot.id(),
                            e.getMessage());
                    return false;
                }
            }
            Thread.sleep(pause);
            pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
