package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.aws.Fault;
import io.brume.common.time.Time;
import io.brume.control.api.admin.AdminApi.AdminOperation;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Region;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.JoinTokens;
import io.brume.control.fleet.NodeDirectory;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.NodeView;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.Role;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The cloud's hosts, and how new ones join. */
public final class NodeCalls {
    private static final Duration TOKEN_LIFE = Duration.ofHours(24);

    /** What the calls ask. */
    public record Parts(
            String cloud,
            String version,
            Region region,
            NodeDirectory directory,
            Fleet fleet,
            Capacity capacity,
            ObjectSightings objects,
            JoinTokens tokens,
            Time time) {}

    private final Parts parts;

    public NodeCalls(Parts parts) {
        this.parts = requireNonNull(parts);
    }

    /** By name. */
    public Map<String, AdminOperation> operations() {
        return Map.of(
                "ListNodes", this::list,
                "DescribeNode", this::describe,
                "RevokeNode", this::revoke,
                "CreateJoinToken", this::token,
                "GetCloud", this::cloud);
    }

    private void list(JsonNode request, ObjectNode answer) {
        var array = answer.putArray("Nodes");
        parts.directory().all().forEach(node -> show(node, array.addObject()));
    }

    private void describe(JsonNode request, ObjectNode answer) {
        show(node(request), answer.putObject("Node"));
    }

    private void revoke(JsonNode request, ObjectNode answer) {
        var node = node(request);
        parts.directory().revoke(node.id());
        parts.fleet().disconnect(node.id());
        answer.put("NodeId", node.id().value());
    }

    private void token(JsonNode request, ObjectNode answer) {
        answer.put("Token", parts.tokens().create(TOKEN_LIFE))
                .put("ExpiresAt", parts.time().now().plus(TOKEN_LIFE).toString());
    }

    private void cloud(JsonNode request, ObjectNode answer) {
        answer.put("Name", parts.cloud())
                .put("Version", parts.version())
                .put("Region", parts.region().name());
        var zones = answer.putArray("Zones");
        parts.region().zones().forEach(zone -> zones.add(zone.name()));
        list(request, answer);
    }

    private NodeDirectory.Node node(JsonNode request) {
        var text = request.path("NodeId").asText("");
        if (!NodeId.isNodeId(text)) {
            throw Fault.invalid(
                    "ValidationException", "NodeId must look like node-0123456789abcdef0.");
        }
        return parts.directory()
                .find(new NodeId(text))
                .orElseThrow(() ->
                        Fault.absent(
                                "ResourceNotFoundException",
                                "There is no node %s.".formatted(text)));
    }

    private void show(NodeDirectory.Node node, ObjectNode out) {
        var connected = Optional.ofNullable(parts.fleet().connected().get(node.id()));
        out.put("NodeId", node.id().value())
                .put("Role", node.role() == Role.ROLE_STORAGE_NODE ? "storage-node" : "node-agent")
                .put("HostName", node.hostName())
                .put("Zone", node.zone())
                .put("JoinedAt", node.joinedAt().toString())
                .put("State", state(node, connected));
        connected.ifPresent(session -> {
            out.put("Version", session.version());
            show(session.facts(), out);
            parts.objects().of(node.id()).ifPresent(word -> show(session.facts(), word, out));
        });
        parts.capacity().nodes().stream()
                .filter(view -> view.id().equals(node.id()))
                .findFirst()
                .ifPresent(view -> show(view, out));
    }

    private static String state(NodeDirectory.Node node, Optional<FleetEvent.Connected> connected) {
        if (node.revoked()) {
            return "revoked";
        }
        return connected.isPresent() ? "connected" : "disconnected";
    }

    private static void show(NodeFacts facts, ObjectNode out) {
        out.put("Architecture", facts.getArchitecture())
                .put("Cpus", facts.getCpus())
                .put("MemoryMiB", facts.getMemoryMib())
                .put("DiskTotalBytes", facts.getDiskTotalBytes())
                .put("DiskFreeBytes", facts.getDiskFreeBytes())
                .put("Kernel", facts.getKernelVersion())
                .put("Acceleration", facts.getAcceleration())
                .put("AccelerationReason", facts.getAccelerationReason())
                .put("Hypervisor", facts.getHypervisorVersion());
    }

    private static void show(NodeFacts facts, ObjectStoreObservation word, ObjectNode out) {
        out.put("S3Address", facts.getObjectServer().getS3Address())
                .put("ObjectIndex", role(word.getIndexRole()))
                .put("ObjectGroups", word.getGroupsCount())
                .put(
                        "ObjectGroupsIncomplete",
                        word.getGroupsList().stream()
                                .filter(group -> group.getCompleteEpoch() == 0)
                                .count())
                .put("ObjectBytes", word.getStoredBytes())
                .put("ObjectBlobs", word.getBlobs());
        if (!word.getProblem().isEmpty()) {
            out.put("ObjectProblem", word.getProblem());
        }
    }

    private static String role(ObjectStoreObservation.IndexRole role) {
        return switch (role) {
            case INDEX_ROLE_LEADER -> "leader";
            case INDEX_ROLE_FOLLOWER -> "follower";
            case INDEX_ROLE_WAITING -> "waiting";
            case INDEX_ROLE_NONE -> "none";
            case INDEX_ROLE_UNSPECIFIED, UNRECOGNIZED -> "";
        };
    }

    private static void show(NodeView view, ObjectNode out) {
        out.put("VcpusTotal", view.total().vcpus())
                .put("VcpusUsed", view.used().vcpus())
                .put("MemoryTotalMiB", view.total().memoryMib())
                .put("MemoryUsedMiB", view.used().memoryMib());
    }
}
