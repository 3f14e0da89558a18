package io.brume.control.scheduler;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.instance.InstanceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each host has and who holds how much of it: the leader's one ledger of room.
 *
 * <p>Room is held from the moment of placement, before the instance is committed, so that two calls
 * at once never get the same room; a call that fails gives it back. Rebuilt from the store by a new
 * leader. Thread-safe; each call is short and holds one lock.
 */
public final class Capacity {
    private final Scheduler scheduler;
    private final Map<NodeId, NodeView> nodes =
            new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
    private final Map<InstanceId, Holding> holdings = new HashMap<>();

    private record Holding(NodeId node, Resources resources) {}

    /** No host has the room; the message says why, for people. */
    public static final class NoRoomException extends Exception {
        private static final long serialVersionUID = 1;

        /** How many of the demands had found room. */
        private final int placed;

        NoRoomException(int placed, String message) {
            super(message, null, false, false);
            this.placed = placed;
        }

        public int placed() {
            return placed;
        }
    }

    public Capacity(Scheduler scheduler) {
        this.scheduler = requireNonNull(scheduler);
    }

    /**
     * Finds and holds room for as many of the demands as fit, in their order.
     *
     * @param least how many must fit; nothing is held when fewer do
     */
    public synchronized Map<InstanceId, NodeId> hold(Map<InstanceId, Demand> demands, int least)
            throws NoRoomException {
        var ids = new ArrayList<>(demands.keySet());
        ids.forEach(this::release);
        var placement = scheduler.place(nodes.values(), List.copyOf(demands.values()));
        if (placement.chosen().size() < least) {
            throw new NoRoomException(
                    placement.chosen().size(), placement.refusal().orElse("no host has room"));
        }
        var chosen = new LinkedHashMap<InstanceId, NodeId>();
        for (int i = 0; i < placement.chosen().size(); i++) {
            var id = ids.get(i);
            var node = placement.chosen().get(i).id();
            take(id, node, requireNonNull(demands.get(id)).resources());
            chosen.put(id, node);
        }
        return chosen;
    }

    /** Records what an instance holds, whether or not there is room: it is there already. */
    public synchronized void take(InstanceId instance, NodeId node, Resources resources) {
        release(instance);
        holdings.put(instance, new Holding(node, resources));
        use(node, resources);
    }

    /** Gives back what an instance holds, if it holds anything. */
    public synchronized void release(InstanceId instance) {
        var holding = holdings.remove(instance);
        if (holding != null) {
            use(holding.node(), Resources.NONE.minus(holding.resources()));
        }
    }

    /** A host is new or has changed; what instances hold of it stays held. */
    public synchronized void update(NodeView node) {
        var used =
                holdings.values().stream()
                        .filter(holding -> holding.node().equals(node.id()))
                        .map(Holding::resources)
                        .reduce(Resources.NONE, Resources::plus);
        nodes.put(node.id(), node.withUsed(used));
    }

    /** A host has left for good. */
    public synchronized void remove(NodeId node) {
        nodes.remove(node);
    }

    /** All hosts, by id. */
    public synchronized List<NodeView> nodes() {
        return List.copyOf(nodes.values());
    }

    private void use(NodeId id, Resources change) {
        nodes.computeIfPresent(id, (_, node) -> node.withUsed(node.used().plus(change)));
    }
}
