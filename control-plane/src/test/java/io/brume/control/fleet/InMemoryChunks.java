package io.brume.control.fleet;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.StorageNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Storage nodes' chunks that exist only in memory. A node has the snapshots that the fleet was told
 * it keeps, begun as what they are copies of. Thread-safe.
 */
public final class InMemoryChunks implements Chunks {
    private final InMemoryFleet fleet;
    private final Map<NodeId, Map<SnapshotId, SortedMap<Integer, byte[]>>> nodes = new HashMap<>();
    private final Map<NodeId, Problem> problems = new HashMap<>();
    private @Nullable CountDownLatch gate;

    public InMemoryChunks(InMemoryFleet fleet) {
        this.fleet = requireNonNull(fleet);
    }

    /** From now on a node has this problem; null = it is well. */
    public synchronized void fail(NodeId node, @Nullable Problem problem) {
        if (problem == null) {
            problems.remove(node);
        } else {
            problems.put(node, problem);
        }
    }

    /** Writes wait until this opens; null = they do not. */
    public synchronized void hold(@Nullable CountDownLatch until) {
        gate = until;
    }

    /** What a node has of a snapshot, whatever brought it there; to be looked at and changed. */
    public synchronized SortedMap<Integer, byte[]> of(NodeId node, SnapshotId snapshot) {
        return nodes.computeIfAbsent(node, _ -> new HashMap<>())
                .computeIfAbsent(snapshot, _ -> new TreeMap<>());
    }

    private synchronized SortedMap<Integer, byte[]> find(StorageNode node, SnapshotId snapshot) {
        var problem = problems.get(node.id());
        if (problem != null) {
            throw new ChunkException(problem, "the test said so", null);
        }
        var spec =
                fleet.desired(node.id(), snapshot.value())
                        .orElseThrow(() -> new ChunkException(Problem.ABSENT, "not here", null))
                        .getSnapshot();
        var of = nodes.computeIfAbsent(node.id(), _ -> new HashMap<>());
        if (!of.containsKey(snapshot)) {
            of.put(
                    snapshot,
                    spec.getCopyOf().isEmpty()
                            ? new TreeMap<>()
                            : new TreeMap<>(of(node.id(), new SnapshotId(spec.getCopyOf()))));
        }
        return requireNonNull(of.get(snapshot));
    }

    private boolean isOpen(StorageNode node, SnapshotId snapshot) {
        return fleet.desired(node.id(), snapshot.value())
                .map(thing -> thing.getSnapshot().getOpen())
                .orElse(false);
    }

    @Override
    public synchronized List<Row> list(StorageNode node, SnapshotId snapshot, int from, int most) {
        var chunks = find(node, snapshot);
        demand(!isOpen(node, snapshot));
        var rows = new ArrayList<Row>();
        chunks.tailMap(from)
                .forEach((index, data) -> {
                    if (rows.size() < most) {
                        rows.add(new Row(index, sha256(data)));
                    }
                });
        return rows;
    }

    @Override
    public synchronized byte[] get(StorageNode node, SnapshotId snapshot, int index) {
        var chunks = find(node, snapshot);
        demand(!isOpen(node, snapshot));
        return chunks.getOrDefault(index, new byte[CHUNK]).clone();
    }

    @Override
    public void put(StorageNode node, SnapshotId snapshot, int index, byte[] data) {
        awaitGate();
        synchronized (this) {
            var chunks = find(node, snapshot);
            demand(isOpen(node, snapshot));
            if (Arrays.equals(data, new byte[CHUNK])) {
                chunks.remove(index);
            } else {
                chunks.put(index, data.clone());
            }
        }
    }

    private void awaitGate() {
        CountDownLatch held;
        synchronized (this) {
            held = gate;
        }
        if (held != null) {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void demand(boolean fits) {
        if (!fits) {
            throw new ChunkException(Problem.ABSENT, "open or not", null);
        }
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
