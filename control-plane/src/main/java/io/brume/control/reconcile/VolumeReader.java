package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.Volume;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.scheduler.ReplicaDemand;
import io.brume.control.scheduler.ReplicaPlanner;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.Rows;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.Role;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a volume together with all that its planner and its hosts need to know. */
final class VolumeReader {
    private final Fleet fleet;
    private final BlockSightings sightings;
    private final StorageCapacity capacity;

    VolumeReader(Fleet fleet, BlockSightings sightings, StorageCapacity capacity) {
        this.fleet = requireNonNull(fleet);
        this.sightings = requireNonNull(sightings);
        this.capacity = requireNonNull(capacity);
    }

    /** What is known beside a volume's record. */
    VolumeSeen seen(ReadTransaction tx, Volume volume) {
        var placement = volume.placement();
        var id = volume.id().value();
        var words = new HashMap<NodeId, VolumeSeen.ReplicaWord>();
        sightings.replicas(id).forEach((node, word) -> words.put(node, VolumeWords.of(word)));
        var away = new HashMap<NodeId, Duration>();
        Stream.concat(placement.writer().stream(), placement.replicas().stream().map(Replica::node))
                .forEach(node -> sightings.away(node).ifPresent(time -> away.put(node, time)));
        var pending = pending(tx, volume);
        return new VolumeSeen(
                placement
                        .writer()
                        .flatMap(writer -> sightings.volume(id, writer))
                        .map(VolumeWords::of),
                words,
                away,
                instanceNode(tx, volume),
                pending.stream().anyMatch(snapshot -> !snapshot.cut()),
                !pending.isEmpty(),
                new Choices(volume, base(tx, volume)));
    }

    /** What a volume's hosts are told of it. */
    VolumeSpecs.Contents contents(ReadTransaction tx, Volume volume) {
        var base = base(tx, volume);
        var nodes = new HashMap<NodeId, StorageNode>();
        Stream.concat(
                        volume.placement().replicas().stream().map(Replica::node),
                        base.stream().flatMap(snapshot -> snapshot.nodes().stream()))
                .forEach(node -> {
                    var found = tx.get(VolumeTables.STORAGE_NODES, node);
                    if (found != null) {
                        nodes.put(node, found);
                    }
                });
        return new VolumeSpecs.Contents(
                volume,
                pending(tx, volume).stream().filter(snapshot -> !snapshot.cut()).toList(),
                nodes,
                base);
    }

    static Optional<Volume> find(ReadTransaction tx, io.brume.control.domain.volume.VolumeId id) {
        return tx.lookup(VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_ID, id, 1).stream()
                .map(entry -> entry.value())
                .findFirst();
    }

    private static List<Snapshot> pending(ReadTransaction tx, Volume volume) {
        return Rows.of(
                tx, SnapshotTables.SNAPSHOTS, SnapshotTables.PENDING_BY_VOLUME, volume.key());
    }

    private static Optional<Snapshot> base(ReadTransaction tx, Volume volume) {
        return volume.snapshot()
                .flatMap(id ->
                        tx
                                .lookup(
                                        SnapshotTables.SNAPSHOTS,
                                        SnapshotTables.SNAPSHOTS_BY_ID,
                                        id,
                                        1)
                                .stream()
                                .map(entry -> entry.value())
                                .findFirst());
    }

    private static Optional<NodeId> instanceNode(ReadTransaction tx, Volume volume) {
        return volume.attachment()
                .map(attachment -> new Owned<>(volume.account(), attachment.instance()))
                .flatMap(key -> Optional.ofNullable(tx.get(InstanceTables.INSTANCES, key)))
                .flatMap(instance -> instance.node());
    }

    /** Places for a volume, looked for only when they are asked for. */
    private final class Choices implements VolumeSeen.Places {
        private final Volume volume;
        private final Optional<Snapshot> base;

        Choices(Volume volume, Optional<Snapshot> base) {
            this.volume = volume;
            this.base = base;
        }

        @Override
        public Optional<NodeId> replica(Set<NodeId> taken) {
            var demand =
                    new ReplicaDemand(
                            volume.zone(),
                            1,
                            volume.configuration().sizeBytes(),
                            taken,
                            new HashSet<>(base.map(Snapshot::nodes).orElse(List.of())));
            return ReplicaPlanner.choose(capacity.nodes(), demand).stream().findFirst();
        }

        /** One on a host of a replica if there is one, else any of the zone; always the same. */
        @Override
        public Optional<NodeId> caretaker(Optional<NodeId> butNot) {
            var replicaHosts = new HashSet<String>();
            Map<NodeId, FleetEvent.Connected> connected = fleet.connected();
            volume.placement()
                    .replicas()
                    .forEach(replica -> {
                        var node = connected.get(replica.node());
                        if (node != null) {
                            replicaHosts.add(node.facts().getHostName());
                        }
                    });
            return connected.values().stream()
                    .filter(node -> node.role() == Role.ROLE_NODE_AGENT)
                    .filter(node -> node.facts().getZone().equals(volume.zone()))
                    .filter(node -> !butNot.equals(Optional.of(node.node())))
                    .min((a, b) -> {
                        int byHost =
                                Boolean.compare(
                                        !replicaHosts.contains(a.facts().getHostName()),
                                        !replicaHosts.contains(b.facts().getHostName()));
                        return byHost != 0
                                ? byHost
                                : Integer.compare(spread(a.node()), spread(b.node()));
                    })
                    .map(FleetEvent.Connected::node);
        }

        /** Another order of the agents for each volume, so that not one has to do everything. */
        private int spread(NodeId agent) {
            return (agent.value() + volume.id().value()).hashCode();
        }
    }
}
