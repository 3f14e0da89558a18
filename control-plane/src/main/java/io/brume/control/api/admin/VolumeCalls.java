package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.aws.Fault;
import io.brume.control.api.admin.AdminApi.AdminOperation;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.RebuildProgress;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import java.util.Locale;
import java.util.Map;

/** Where volumes lie, and how well: what AWS does not show. */
public final class VolumeCalls {
    private static final int WHOLE = 100;

    private final Store store;
    private final BlockSightings sightings;

    public VolumeCalls(Store store, BlockSightings sightings) {
        this.store = requireNonNull(store);
        this.sightings = requireNonNull(sightings);
    }

    /** By name. */
    public Map<String, AdminOperation> operations() {
        return Map.of("ShowVolume", this::show);
    }

    private void show(JsonNode request, ObjectNode answer) {
        var text = request.path("VolumeId").asText("");
        if (!ResourceId.wellFormed(VolumeId.PREFIX, text)) {
            throw Fault.invalid(
                    "ValidationException", "VolumeId must look like vol-0123456789abcdef0.");
        }
        store.view(tx -> {
            var volume =
                    tx
                            .lookup(
                                    VolumeTables.VOLUMES,
                                    VolumeTables.VOLUMES_BY_ID,
                                    new VolumeId(text),
                                    1)
                            .stream()
                            .map(entry -> entry.value())
                            .findFirst()
                            .orElseThrow(() ->
                                    Fault.absent(
                                            "ResourceNotFoundException",
                                            "There is no volume %s on storage nodes."
                                                    .formatted(text)));
            show(tx, volume, answer.putObject("Volume"));
            return text;
        });
    }

    private void show(ReadTransaction tx, Volume volume, ObjectNode out) {
        var configuration = volume.configuration();
        out.put("VolumeId", volume.id().value())
                .put("AccountId", volume.account().value())
                .put("State", volume.shownState().awsName())
                .put("Problem", volume.problem())
                .put("Size", configuration.sizeGib())
                .put("VolumeType", configuration.type().awsName())
                .put("Iops", configuration.iops())
                .put("Throughput", configuration.throughput())
                .put("AvailabilityZone", volume.zone())
                .put("SnapshotId", volume.snapshot().map(id -> id.value()).orElse(""))
                .put("CreateTime", volume.created().toString())
                .put("Encrypted", volume.encryption().isPresent())
                .put("KmsKeyId", volume.encryption().map(Encryption::kmsKeyId).orElse(""))
                .put("Hidden", volume.hidden());
        volume.attachment()
                .ifPresent(attachment ->
                        out.put("InstanceId", attachment.instance().value())
                                .put("Device", attachment.device())
                                .put("AttachmentState", attachment.state().awsName()));
        out.put("Epoch", volume.placement().epoch())
                .put("WriterNodeId", volume.placement().writer().map(NodeId::value).orElse(""))
                .put("Fenced", volume.placement().fenced());
        writer(volume, out);
        filling(volume, out);
        out.put(
                "InSync",
                "%d of %d"
                        .formatted(
                                volume.placement().nodes(ReplicaRole.IN_SYNC).size(),
                                volume.placement().copies()));
        var replicas = out.putArray("Replicas");
        volume.placement().replicas().stream()
                .sorted((a, b) -> a.node().compareTo(b.node()))
                .forEach(replica -> show(tx, volume, replica, replicas.addObject()));
    }

    private void writer(Volume volume, ObjectNode out) {
        volume.placement()
                .writer()
                .flatMap(node -> sightings.volume(volume.id().value(), node))
                .ifPresent(word ->
                        out.put("WriterPhase", word(word.getPhase().name()))
                                .put("WriterReason", word.getReason()));
    }

    /** How far the host is that brings its first contents into it. */
    private void filling(Volume volume, ObjectNode out) {
        if (volume.isBeingFilled()) {
            volume.placement()
                    .writer()
                    .flatMap(node -> sightings.volume(volume.id().value(), node))
                    .ifPresent(word ->
                            out.put("FillPercent", word.getFill().getPercent())
                                    .put("FillFailure", word.getFill().getFailure()));
        }
    }

    private void show(ReadTransaction tx, Volume volume, Replica replica, ObjectNode out) {
        var node = tx.get(VolumeTables.STORAGE_NODES, replica.node());
        out.put("NodeId", replica.node().value())
                .put("HostName", node == null ? "" : node.hostName())
                .put("Role", replica.role().toString())
                .put("Percent", percent(volume, replica))
                .put("Connected", sightings.away(replica.node()).isEmpty());
        var word = sightings.replicas(volume.id().value()).get(replica.node());
        if (word != null) {
            out.put("Phase", word(word.getPhase().name()))
                    .put("Reason", word.getReason())
                    .put("StoredBytes", word.getStoredBytes())
                    .put("CorruptBlocks", word.getCorruptBlocks());
        }
    }

    /** How much of it is known to be as the others are. */
    private int percent(Volume volume, Replica replica) {
        return switch (replica.role()) {
            case IN_SYNC, JOINING -> WHOLE;
            case LOST -> 0;
            case REBUILDING ->
                    volume
                            .placement()
                            .writer()
                            .flatMap(node -> sightings.volume(volume.id().value(), node))
                            .stream()
                            .flatMap(word -> word.getRebuildingList().stream())
                            .filter(one -> one.getNodeId().equals(replica.node().value()))
                            .mapToInt(RebuildProgress::getPercent)
                            .findFirst()
                            .orElse(0);
        };
    }

    /** {@code PHASE_READY} is ready. */
    private static String word(String phase) {
        return phase.replace("PHASE_", "").toLowerCase(Locale.ROOT);
    }
}
