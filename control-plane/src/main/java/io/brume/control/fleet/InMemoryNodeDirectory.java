package io.brume.control.fleet;

import io.brume.control.domain.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Forgets everything at the end of the process: for tests and simulations. */
public final class InMemoryNodeDirectory implements NodeDirectory {
    private final Map<NodeId, Node> nodes = new ConcurrentSkipListMap<>();

    @Override
    public Optional<Node> find(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    @Override
    public List<Node> all() {
        return List.copyOf(nodes.values());
    }

    @Override
    public void add(Node node) {
        nodes.putIfAbsent(node.id(), node);
    }

    @Override
    public boolean revoke(NodeId id) {
        return nodes.computeIfPresent(
                        id,
                        (same, node) ->
                                new Node(
                                        id,
                                        node.role(),
                                        node.hostName(),
                                        node.zone(),
                                        node.joinedAt(),
                                        true))
                != null;
    }
}
