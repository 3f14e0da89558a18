package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.scheduler.ReplicaDemand;
import io.brume.control.scheduler.ReplicaPlanner;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.DataKeys;
import io.brume.control.state.Rows;
import io.brume.control.state.Snapshots;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.Role;
import io.brume.store.ReadTransaction;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a volume together with all that its planner and its hosts need to know. */
final class VolumeReader {
    private final Fleet fleet;
    private final BlockSightings sightings;
    private final StorageCapacity capacity;
    private final DataKeys keys;

    VolumeReader(Fleet fleet, BlockSightings sightings, StorageCapacity capacity, DataKeys keys) {
        this.fleet = requireNonNull(fleet);
        this.sightings = requireNonNull(sightings);
        this.capacity = requireNonNull(capacity);
        this.keys = requireNonNull(keys);
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
        boolean cutsWanted = !cuts(volume, pending).isEmpty();
        return new VolumeSeen(
                placement
                        .writer()
                        .flatMap(writer -> sightings.volume(id, writer))
                        .map(VolumeWords::of),
                words,
                away,
                instanceNode(tx, volume),
                cutsWanted,
                !pending.isEmpty(),
                new Choices(volume, base(tx, volume)),
                volume.filledFrom().flatMap(source -> find(tx, source)),
                targets(tx, volume.id()).stream().findFirst());
    }

    /** The volumes that are being filled from a volume, and are wanted. */
    static List<Volume> targets(ReadTransaction tx, VolumeId source) {
        return Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_SOURCE, source).stream()
                .filter(VolumeReader::isWanted)
                .toList();
    }

    private static boolean isWanted(Volume target) {
        return switch (target.state()) {
            case CREATING, AVAILABLE, IN_USE -> true;
            case DELETING, DELETED, ERROR -> false;
        };
    }

    /** What is still being filled holds nothing that is worth keeping yet. */
    private static List<Snapshot> cuts(Volume volume, List<Snapshot> pending) {
        return volume.isBeingFilled()
                ? List.of()
                : pending.stream().filter(Snapshot::isUncut).toList();
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
        var cuts = cuts(volume, pending(tx, volume));
        return new VolumeSpecs.Contents(
                volume,
                cuts,
                nodes,
                base,
                volume.encryption()
                        .map(encryption ->
                                ByteString.copyFrom(keys.open(volume.account(), encryption))),
                together(tx, volume, cuts));
    }

    private static Map<SnapshotId, Set<VolumeId>> together(
            ReadTransaction tx, Volume volume, List<Snapshot> cuts) {
        var together = new HashMap<SnapshotId, Set<VolumeId>>();
        for (var cut : cuts) {
            cut.group()
                    .ifPresent(group ->
                            together.put(
                                    group,
                                    Snapshots.pendingWith(tx, cut).stream()
                                            .filter(Snapshot::isUncut)
                                            .filter(other -> mayBeWrittenWith(tx, volume, other))
                                            .map(Snapshot::volumeId)
                                            .collect(Collectors.toSet())));
        }
        return together;
    }

    /**
     * Whether the agent that writes a volume may still write that of another snapshot. Who writes
     * it otherwise hears of the cut before anything else, and makes it first.
     */
    private static boolean mayBeWrittenWith(ReadTransaction tx, Volume volume, Snapshot snapshot) {
        var other = tx.get(VolumeTables.VOLUMES, snapshot.volume());
        return other == null
                || !other.placement().fenced()
                || other.placement().writer().equals(volume.placement().writer());
    }

    /** The volumes that are to be cut together with one. */
    static Set<VolumeId> cutWith(ReadTransaction tx, Volume volume) {
        return pending(tx, volume).stream()
                .flatMap(cut -> Snapshots.pendingWith(tx, cut).stream())
                .map(Snapshot::volumeId)
                .filter(other -> !other.equals(volume.id()))
                .collect(Collectors.toSet());
    }

    static Optional<Volume> find(ReadTransaction tx, VolumeId id) {
        return tx.lookup(VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_ID, id, 1).stream()
                .map(entry -> entry.value())
                .findFirst();
    }

    private static List<Snapshot> pending(ReadTransaction tx, Volume volume) {
        return Rows.of(
                tx, SnapshotTables.SNAPSHOTS, SnapshotTables.PENDING_BY_VOLUME, volume.key());
    }

    private static Optional<Snapshot> base(ReadTransaction tx, Volume volume) {
        return volume.base()
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
