package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.StorageNode.ObjectAddresses;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.scheduler.StorageNodeView;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.Role;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records how agents find each storage node, and tells placement what each has room for. What a
 * volume's hosts are told follows from records alone, so that the same revision of the store is
 * always the same word.
 */
final class StorageNodes implements AutoCloseable {
    private final Store store;
    private final StorageCapacity capacity;
    private final KeyedLoop<NodeId> loop;
    private final Map<NodeId, StorageNode> seen = new ConcurrentHashMap<>();

    StorageNodes(Store store, StorageCapacity capacity, Time time) {
        this.store = requireNonNull(store);
        this.capacity = requireNonNull(capacity);
        this.loop = new KeyedLoop<>("storage-nodes", time, this::record);
    }

    /** Counts on the nodes of the record before it returns; then records those that connect. */
    void start() {
        store.view(tx -> tx.scan(VolumeTables.STORAGE_NODES, KeyRange.all(), Integer.MAX_VALUE))
                .forEach(row -> {
                    var node = row.value();
                    capacity.expect(node.id(), node.zone(), node.hostName());
                });
        loop.start();
    }

    /** Hears of a host. Returns at once. */
    void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.Connected connected -> {
                if (connected.role() == Role.ROLE_STORAGE_NODE) {
                    connected(connected.node(), connected.facts());
                }
            }
            case FleetEvent.Disconnected(NodeId node, String _) -> capacity.unavailable(node);
            case FleetEvent.Heartbeat heartbeat ->
                    capacity.free(heartbeat.node(), heartbeat.observation().getDiskFreeBytes());
            case FleetEvent.Joined _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.VolumeObserved _,
                    FleetEvent.ReplicaObserved _,
                    FleetEvent.SnapshotObserved _,
                    FleetEvent.ObjectStoreObserved _,
                    FleetEvent.ObservationsComplete _ -> {}
        }
    }

    private void connected(NodeId node, NodeFacts facts) {
        var server = facts.getBlockServer();
        // A storage node of an earlier version serves no blocks.
        boolean serves = facts.hasBlockServer();
        seen.put(
                node,
                new StorageNode(
                        node,
                        facts.getZone(),
                        facts.getHostName(),
                        server.getAddress(),
                        server.getSocket(),
                        server.getChunkAddress(),
                        objects(facts)));
        capacity.update(
                new StorageNodeView(
                        node,
                        facts.getZone(),
                        facts.getHostName(),
                        facts.getDiskTotalBytes(),
                        facts.getDiskFreeBytes(),
                        0,
                        serves));
        loop.wake(node);
    }

    private static Optional<ObjectAddresses> objects(NodeFacts facts) {
        var server = facts.getObjectServer();
        return facts.hasObjectServer()
                ? Optional.of(
                        new ObjectAddresses(
                                server.getPeerAddress(),
                                server.getIndexAddress(),
                                server.getS3Address(),
                                server.getForwardAddress()))
                : Optional.empty();
    }

    private @Nullable Duration record(NodeId id) {
        var node = seen.get(id);
        if (node != null && !node.equals(known(id))) {
            store.update(tx -> tx.put(VolumeTables.STORAGE_NODES, id, node));
        }
        return null;
    }

    private @Nullable StorageNode known(NodeId id) {
        return store.<@Nullable StorageNode>view(tx -> tx.get(VolumeTables.STORAGE_NODES, id));
    }

    @Override
    public void close() {
        loop.close();
    }
}
