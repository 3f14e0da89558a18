package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.aws.Fault;
import io.brume.control.api.admin.AdminApi.AdminOperation;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.state.Snapshots;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where snapshots lie, and how well: what AWS does not show. */
public final class SnapshotCalls {
    private final Store store;
    private final BlockSightings sightings;

    public SnapshotCalls(Store store, BlockSightings sightings) {
        this.store = requireNonNull(store);
        this.sightings = requireNonNull(sightings);
    }

    /** By name. */
    public Map<String, AdminOperation> operations() {
        return Map.of("ShowSnapshot", this::show);
    }

    private void show(JsonNode request, ObjectNode answer) {
        var text = request.path("SnapshotId").asText("");
        if (!ResourceId.wellFormed(SnapshotId.PREFIX, text)) {
            throw Fault.invalid(
                    "ValidationException", "SnapshotId must look like snap-0123456789abcdef0.");
        }
        store.view(tx -> {
            var snapshot =
                    Snapshots.find(tx, new SnapshotId(text))
                            .orElseThrow(() ->
                                    Fault.absent(
                                            "ResourceNotFoundException",
                                            "There is no snapshot %s.".formatted(text)));
            show(tx, snapshot, answer.putObject("Snapshot"));
            return text;
        });
    }

    private void show(ReadTransaction tx, Snapshot snapshot, ObjectNode out) {
        var words = sightings.snapshots(snapshot.id().value());
        long whole =
                snapshot.nodes().stream()
                        .filter(node -> sightings.away(node).isEmpty())
                        .filter(node -> isWhole(words.get(node)))
                        .count();
        out.put("SnapshotId", snapshot.id().value())
                .put("AccountId", snapshot.account().value())
                .put("State", snapshot.state().awsName())
                .put("FullBytes", snapshot.fullBytes())
                .put("CopyOf", snapshot.copyOf().map(SnapshotId::value).orElse(""))
                .put("Copies", "%d of %d".formatted(whole, snapshot.nodes().size()));
        var nodes = out.putArray("Nodes");
        snapshot.nodes().stream()
                .sorted()
                .forEach(node -> show(tx, node, words.get(node), nodes.addObject()));
    }

    private static boolean isWhole(@Nullable SnapshotObservation word) {
        return word != null && word.getPhase() == SnapshotObservation.Phase.PHASE_COMPLETED;
    }

    private void show(
            ReadTransaction tx, NodeId id, @Nullable SnapshotObservation word, ObjectNode out) {
        var node = tx.get(VolumeTables.STORAGE_NODES, id);
        out.put("NodeId", id.value())
                .put("HostName", node == null ? "" : node.hostName())
                .put("Connected", sightings.away(id).isEmpty());
        if (word != null) {
            out.put("Phase", phase(word))
                    .put("Percent", word.getPercent())
                    .put("Reason", word.getReason());
        }
    }

    /** {@code PHASE_COMPLETED} is completed. */
    private static String phase(SnapshotObservation word) {
        return word.getPhase().name().replace("PHASE_", "").toLowerCase(Locale.ROOT);
    }
}
