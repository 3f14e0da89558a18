package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.proto.node.v1.ChunkSource;
import io.brume.proto.node.v1.CutGroup;
import io.brume.proto.node.v1.OutsideSpec;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.proto.node.v1.VolumeFill;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a volume the way its writer and its storage nodes are told of it. Pure; the same volume
 * gives the same messages.
 */
final class VolumeSpecs {
    private VolumeSpecs() {}

    /**
     * A volume with what it refers to.
     *
     * @param cuts the snapshots of it that are not cut yet
     * @param nodes the storage nodes of its replicas and of its base, by id
     * @param base the snapshot that it began as
     * @param dataKey what its blocks are encrypted with; for its writer's ears only
     * @param together for each group of cuts, the volumes whose writers may be this one's
     */
    record Contents(
            Volume volume,
            List<Snapshot> cuts,
            Map<NodeId, StorageNode> nodes,
            Optional<Snapshot> base,
            Optional<ByteString> dataKey,
            Map<SnapshotId, Set<VolumeId>> together) {
        Contents {
            requireNonNull(volume);
            cuts = List.copyOf(cuts);
            nodes = Map.copyOf(nodes);
            requireNonNull(base);
            requireNonNull(dataKey);
            together = Map.copyOf(together);
        }
    }

    /** For the volume's writer. */
    static VolumeSpec writer(Contents contents) {
        var volume = contents.volume();
        var configuration = volume.configuration();
        var spec =
                VolumeSpec.newBuilder()
                        .setVolumeId(volume.id().value())
                        .setEpoch(volume.placement().epoch())
                        .setSizeBytes(configuration.sizeBytes())
                        .setIopsLimit(configuration.iops())
                        .setBytesPerSecondLimit(configuration.bytesPerSecond());
        volume.placement().replicas().stream()
                .filter(replica -> replica.role() != ReplicaRole.LOST)
                .sorted(Comparator.comparing(Replica::node))
                .forEach(replica -> spec.addReplicas(replica(replica, contents.nodes())));
        // Nobody has it before all of it is there.
        volume.attachment()
                .filter(attachment -> !volume.isBeingFilled() || !attachment.state().isWanted())
                .ifPresent(attachment -> attachment(spec, attachment));
        volume.serving()
                .filter(serving -> serving.state().isWanted())
                .ifPresent(serving -> spec.setOutside(outside(serving)));
        volume.filling()
                .filter(filling -> !filling.done())
                .ifPresent(filling -> spec.setFill(fill(filling.source())));
        contents.dataKey().ifPresent(key -> spec.setEncrypted(true).setDataKey(key));
        contents.cuts().stream()
                .map(snapshot -> snapshot.id().value())
                .sorted()
                .forEach(spec::addCuts);
        contents.cuts().stream()
                .filter(snapshot -> snapshot.group().isPresent())
                .sorted(Comparator.comparing(Snapshot::id))
                .forEach(snapshot -> spec.addCutGroups(group(snapshot, contents)));
        return spec.build();
    }

    private static CutGroup group(Snapshot snapshot, Contents contents) {
        var name = snapshot.group().orElseThrow();
        return CutGroup.newBuilder()
                .setGroupId(name.value())
                .setSnapshotId(snapshot.id().value())
                .addAllVolumeIds(
                        contents.together().getOrDefault(name, Set.of()).stream()
                                .map(VolumeId::value)
                                .sorted()
                                .toList())
                .build();
    }

    private static VolumeFill fill(Filling.Source source) {
        return switch (source) {
            case Filling.OfImage(ImageId image) ->
                    VolumeFill.newBuilder().setImageId(image.value()).build();
            case Filling.OfVolume(VolumeId volume) ->
                    VolumeFill.newBuilder().setVolumeId(volume.value()).build();
        };
    }

    private static void attachment(VolumeSpec.Builder spec, VolumeAttachment attachment) {
        if (attachment.state().isWanted()) {
            spec.setInstanceId(attachment.instance().value()).setDeviceName(attachment.device());
        } else {
            spec.setForceDetach(attachment.force());
        }
    }

    private static OutsideSpec outside(Serving serving) {
        byte[] authority = Base64.getDecoder().decode(serving.client().authority());
        return OutsideSpec.newBuilder()
                .setUntilMillis(serving.until().toEpochMilli())
                .setClientFingerprint(serving.client().fingerprint())
                .setAuthority(ByteString.copyFrom(authority))
                .setReadOnly(serving.readOnly())
                .build();
    }

    private static VolumeReplica replica(Replica replica, Map<NodeId, StorageNode> nodes) {
        var rendered =
                VolumeReplica.newBuilder()
                        .setNodeId(replica.node().value())
                        .setRole(
                                replica.role() == ReplicaRole.REBUILDING
                                        ? VolumeReplica.Role.ROLE_REBUILDING
                                        : VolumeReplica.Role.ROLE_IN_SYNC);
        var node = nodes.get(replica.node());
        if (node != null) {
            rendered.setAddress(node.address())
                    .setSocket(node.socket())
                    .setHostName(node.hostName());
        }
        return rendered.build();
    }

    /** For a storage node that holds a replica. */
    static ReplicaSpec replica(Contents contents, Replica replica) {
        var volume = contents.volume();
        var placement = volume.placement();
        var spec =
                ReplicaSpec.newBuilder()
                        .setVolumeId(volume.id().value())
                        .setEpoch(placement.epoch())
                        .setSizeBytes(volume.configuration().sizeBytes())
                        .setWriterNodeId(placement.writer().map(NodeId::value).orElse(""))
                        .setMustExist(mustExist(volume, replica));
        if (replica.role() != ReplicaRole.REBUILDING) {
            // A rebuild copies everything, and its node need not have the snapshot.
            volume.base().ifPresent(snapshot -> spec.setBaseSnapshotId(snapshot.value()));
        }
        contents.base().stream()
                .flatMap(base -> base.nodes().stream())
                .filter(node -> !node.equals(replica.node()))
                .sorted()
                .map(contents.nodes()::get)
                .filter(node -> node != null && !node.chunkAddress().isEmpty())
                .map(node -> chunks(requireNonNull(node)))
                .forEach(spec::addChunkSources);
        return spec.build();
    }

    static ChunkSource chunks(StorageNode node) {
        return ChunkSource.newBuilder()
                .setNodeId(node.id().value())
                .setAddress(node.chunkAddress())
                .build();
    }

    /**
     * A replica of the in-sync set that is not there any more must not begin anew as zeros: a disk
     * that forgot is not shown to a guest that remembers.
     */
    private static boolean mustExist(Volume volume, Replica replica) {
        return volume.state() != VolumeState.CREATING
                && (replica.role() == ReplicaRole.IN_SYNC || replica.role() == ReplicaRole.JOINING);
    }
}
