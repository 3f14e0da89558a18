package io.brume.control.fleet.store;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.NodeDirectory;
import io.brume.control.store.codec.NodeTables;
import io.brume.proto.node.v1.Role;
import io.brume.proto.state.v1.NodeRecord;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The hosts that have joined, in the store. */
public final class StoredNodeDirectory implements NodeDirectory {
    private final Store store;

    public StoredNodeDirectory(Store store) {
        this.store = requireNonNull(store);
    }

    @Override
    public Optional<Node> find(NodeId id) {
        return store.view(
                tx -> Optional.ofNullable(tx.get(NodeTables.NODES, id)).map(row -> node(id, row)));
    }

    @Override
    public List<Node> all() {
        return store.view(tx ->
                tx.stream(NodeTables.NODES, KeyRange.all())
                        .map(entry -> node(entry.key(), entry.value()))
                        .toList());
    }

    @Override
    public void add(Node node) {
        store.update(tx -> {
            if (tx.get(NodeTables.NODES, node.id()) == null) {
                tx.put(NodeTables.NODES, node.id(), row(node));
            }
        });
    }

    @Override
    public boolean revoke(NodeId id) {
        return store.transact(tx -> {
            var row = tx.get(NodeTables.NODES, id);
            if (row == null) {
                return false;
            }
            tx.put(NodeTables.NODES, id, row.toBuilder().setRevoked(true).build());
            return true;
        });
    }

    private static NodeRecord row(Node node) {
        return NodeRecord.newBuilder()
                .setRole(
                        switch (node.role()) {
                            case ROLE_NODE_AGENT -> NodeRecord.Role.ROLE_NODE_AGENT;
                            case ROLE_STORAGE_NODE -> NodeRecord.Role.ROLE_STORAGE_NODE;
                            case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                                    throw new IllegalArgumentException("a host has a role");
                        })
                .setHostName(node.hostName())
                .setZone(node.zone())
                .setJoinedAtMillis(node.joinedAt().toEpochMilli())
                .setRevoked(node.revoked())
                .build();
    }

    private static Node node(NodeId id, NodeRecord row) {
        return new Node(
                id,
                switch (row.getRole()) {
                    case ROLE_NODE_AGENT -> Role.ROLE_NODE_AGENT;
                    case ROLE_STORAGE_NODE -> Role.ROLE_STORAGE_NODE;
                    case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                            throw new IllegalStateException(id + " is stored without a role");
                },
                row.getHostName(),
                row.getZone(),
                Instant.ofEpochMilli(row.getJoinedAtMillis()),
                row.getRevoked());
    }
}
