package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.IndexGroup;
import io.brume.control.domain.object.ObjectStore;
import io.brume.control.domain.object.PlacementGroup;
import io.brume.control.domain.object.PlacementRole;
import io.brume.control.domain.volume.StorageNode;
import io.brume.proto.node.v1.IndexGroupSpec;
import io.brume.proto.node.v1.IndexMemberSpec;
import io.brume.proto.node.v1.ObjectPeer;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.proto.node.v1.PlacementGroupSpec;
import io.brume.proto.node.v1.PlacementMember;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Renders the object store for storage nodes, from records alone. */
final class ObjectStoreSpecs {
    /** Its id among the things that a node is to have. */
    static final String ID = "object-store";

    private ObjectStoreSpecs() {}

    /**
     * What every storage node is told.
     *
     * @param nodes those that take part
     */
    static ObjectStoreSpec spec(
            String region,
            List<String> domains,
            ObjectStore store,
            Map<NodeId, StorageNode> nodes) {
        var spec =
                ObjectStoreSpec.newBuilder()
                        .setId(ID)
                        .setRegion(region)
                        .addAllDomains(
                                domains.stream()
                                        .sorted(
                                                Comparator.comparingInt(String::length)
                                                        .reversed()
                                                        .thenComparing(Comparator.naturalOrder()))
                                        .toList());
        store.index().ifPresent(index -> spec.setIndex(spec(index, nodes)));
        store.groups().forEach(group -> spec.addGroups(spec(group)));
        nodes.values().stream()
                .sorted(Comparator.comparing(StorageNode::id))
                .forEach(node ->
                        spec.addPeers(
                                ObjectPeer.newBuilder()
                                        .setNodeId(node.id().value())
                                        .setAddress(node.objects().orElseThrow().peer())
                                        .setHostName(node.hostName())
                                        .setZone(node.zone())));
        return spec.build();
    }

    private static IndexGroupSpec spec(IndexGroup index, Map<NodeId, StorageNode> nodes) {
        var spec =
                IndexGroupSpec.newBuilder()
                        .setGroupId(index.id().toString())
                        .setFounded(index.founded());
        for (var member : index.members()) {
            var node = nodes.get(member.node());
            spec.addMembers(
                    IndexMemberSpec.newBuilder()
                            .setNodeId(member.node().value())
                            .setName(member.name())
                            .setAddress(node == null ? "" : node.objects().orElseThrow().index()));
        }
        return spec.build();
    }

    private static PlacementGroupSpec spec(PlacementGroup group) {
        var spec = PlacementGroupSpec.newBuilder().setNumber(group.number());
        spec.setEpoch(group.epoch());
        group.members()
                .forEach(member ->
                        spec.addMembers(
                                PlacementMember.newBuilder()
                                        .setNodeId(member.node().value())
                                        .setRole(role(member.role()))
                                        .setLost(member.lost())));
        return spec.build();
    }

    private static PlacementMember.Role role(PlacementRole role) {
        return switch (role) {
            case FILLING -> PlacementMember.Role.ROLE_FILLING;
            case FILLED -> PlacementMember.Role.ROLE_FILLED;
            case LEAVING -> PlacementMember.Role.ROLE_LEAVING;
        };
    }
}
