package io.brume.control.scheduler;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.VolumeId;
import java.time.Duration;
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
 *
 * <p>A node that has just gone away is most likely being started again. So a volume is placed on
 * such nodes when there are no others, and is to have as many replicas as if they were here.
 *
 * <p>Thread-safe; each call is short and holds one lock.
 */
public final class StorageCapacity {
    /** A volume is not placed on a node that has been away for longer. */
    static final Duration RETURN_PATIENCE = Duration.ofSeconds(15);

    private final Time time;
    private final Duration replaceAfter;
    private final Map<NodeId, Long> awaySinceNanos = new HashMap<>();
    private final Map<NodeId, StorageNodeView> nodes = new TreeMap<>();
    private final Map<NodeId, Long> promised = new HashMap<>();
    private final Map<VolumeId, Holding> holdings = new HashMap<>();

    private record Holding(Set<NodeId> nodes, long sizeBytes) {}

    /**
     * Where a new volume is to be.
     *
     * @param nodes that are to make a replica of it now; empty when there is no room
     * @param copies how many replicas it is to have once all nodes are here, at least as many
     */
    public record Place(List<NodeId> nodes, int copies) {
        public Place {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * @param replaceAfter how long a node may be away before it is not counted on any more
     */
    public StorageCapacity(Time time, Duration replaceAfter) {
        this.time = requireNonNull(time);
        this.replaceAfter = requireNonNull(replaceAfter);
    }

    /** Chooses nodes for a new volume and promises them its size; as many as there are. */
    public synchronized Place hold(VolumeId volume, ReplicaDemand demand) {
        release(volume);
        var chosen = ReplicaPlanner.choose(nodes(), demand);
        if (chosen.isEmpty()) {
            chosen = ReplicaPlanner.choose(withThoseAwayFor(RETURN_PATIENCE), demand);
        }
        take(volume, chosen, demand.sizeBytes());
        var expected = ReplicaPlanner.choose(withThoseAwayFor(replaceAfter), demand);
        return new Place(chosen, Math.max(chosen.size(), expected.size()));
    }

    /** All nodes, as if those were here that have been away for less than a time. */
    private List<StorageNodeView> withThoseAwayFor(Duration most) {
        return nodes().stream()
                .map(node -> hasJustGone(node.id(), most) ? node.withAvailable(true) : node)
                .toList();
    }

    private boolean hasJustGone(NodeId id, Duration most) {
        var since = awaySinceNanos.get(id);
        return since != null && time.since(since).compareTo(most) < 0;
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
        awaySinceNanos.remove(node.id());
        nodes.put(node.id(), node);
    }

    /** A storage node of the record, which this leader has not heard of yet. */
    public synchronized void expect(NodeId id, String zone, String hostName) {
        if (nodes.containsKey(id)) {
            return;
        }
        long unknown = ReplicaPlanner.LEAST_FREE_BYTES;
        nodes.put(id, new StorageNodeView(id, zone, hostName, unknown, unknown, 0, false));
        awaySinceNanos.put(id, time.nanos());
    }

    /** How much of a storage node's disk is free now. */
    public synchronized void free(NodeId id, long bytes) {
        nodes.computeIfPresent(id, (_, node) -> node.withFree(bytes));
    }

    /** A storage node cannot be talked to. */
    public synchronized void unavailable(NodeId id) {
        awaySinceNanos.putIfAbsent(id, time.nanos());
        nodes.computeIfPresent(id, (_, node) -> node.withAvailable(false));
    }

    /** All storage nodes, by id. */
    public synchronized List<StorageNodeView> nodes() {
        return nodes.values().stream()
                .map(node -> node.withPromised(promised.getOrDefault(node.id(), 0L)))
                .toList();
    }
}
