package io.brume.control.scheduler;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.VolumeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The storage nodes and what each has promised to volumes: the leader's one ledger of disks.
 *
 * <p>Promised from the moment of placement, before the volume is committed, so that many volumes
 * made at once spread; a call that fails gives it back. Rebuilt from the store by a new leader.
 * Thread-safe; each call is short and holds one lock.
 */
public final class StorageCapacity {
    private final Map<NodeId, StorageNodeView> nodes = new TreeMap<>();
    private final Map<NodeId, Long> promised = new HashMap<>();
    private final Map<VolumeId, Holding> holdings = new HashMap<>();

    private record Holding(Set<NodeId> nodes, long sizeBytes) {}

    /** Chooses nodes for a new volume and promises them its size; as many as there are. */
    public synchronized List<NodeId> hold(VolumeId volume, ReplicaDemand demand) {
        release(volume);
        var chosen = ReplicaPlanner.choose(nodes(), demand);
        take(volume, chosen, demand.sizeBytes());
        return chosen;
    }

    /** Records where a volume is. */
    public synchronized void take(VolumeId volume, Collection<NodeId> on, long sizeBytes) {
        var holding = new Holding(Set.copyOf(on), sizeBytes);
        if (holding.equals(holdings.get(volume))) {
            return;
        }
        release(volume);
        holdings.put(volume, holding);
        holding.nodes().forEach(node -> promised.merge(node, sizeBytes, Long::sum));
    }

    /** Gives back what a volume was promised, if it was promised anything. */
    public synchronized void release(VolumeId volume) {
        var holding = holdings.remove(volume);
        if (holding != null) {
            holding.nodes().forEach(node -> promised.merge(node, -holding.sizeBytes(), Long::sum));
        }
    }

    /** A storage node is new or has come back. */
    public synchronized void update(StorageNodeView node) {
        nodes.put(node.id(), node);
    }

    /** How much of a storage node's disk is free now. */
    public synchronized void free(NodeId id, long bytes) {
        nodes.computeIfPresent(id, (_, node) -> node.withFree(bytes));
    }

    /** A storage node cannot be talked to. */
    public synchronized void unavailable(NodeId id) {
        nodes.computeIfPresent(id, (_, node) -> node.withAvailable(false));
    }

    /** All storage nodes, by id. */
    public synchronized List<StorageNodeView> nodes() {
        return nodes.values().stream()
                .map(node -> node.withPromised(promised.getOrDefault(node.id(), 0L)))
                .toList();
    }
}
