package io.brume.control.store.codec;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.IndexGroup;
import io.brume.control.domain.object.IndexMember;
import io.brume.control.domain.object.ObjectStore;
import io.brume.control.domain.object.PlacementGroup;
import io.brume.control.domain.object.PlacementMember;
import io.brume.control.domain.object.PlacementRole;
import io.brume.proto.state.v1.IndexGroupRecord;
import io.brume.proto.state.v1.IndexMemberRecord;
import io.brume.proto.state.v1.ObjectStoreRecord;
import io.brume.proto.state.v1.PlacementGroupRecord;
import io.brume.proto.state.v1.PlacementMemberRecord;
import io.brume.store.KeyCodec;
import io.brume.store.Table;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The object store's one row. */
public final class ObjectStoreTables {
    /** The key of the row. */
    public static final String ROW = "object-store";

    public static final Table<String, ObjectStore> OBJECT_STORE =
            Table.of(
                    90,
                    "object-store",
                    KeyCodec.string(),
                    Messages.codec(
                            ObjectStoreRecord.parser(),
                            ObjectStoreTables::record,
                            ObjectStoreTables::store));

    private ObjectStoreTables() {}

    private static ObjectStoreRecord record(ObjectStore store) {
        var record = ObjectStoreRecord.newBuilder();
        store.index().ifPresent(index -> record.setIndex(record(index)));
        store.groups().forEach(group -> record.addGroups(record(group)));
        return record.build();
    }

    private static ObjectStore store(ObjectStoreRecord record) {
        return new ObjectStore(
                record.hasIndex() ? Optional.of(index(record.getIndex())) : Optional.empty(),
                record.getGroupsList().stream().map(ObjectStoreTables::group).toList());
    }

    private static IndexGroupRecord record(IndexGroup index) {
        var record =
                IndexGroupRecord.newBuilder()
                        .setGroupId(index.id().toString())
                        .setFounded(index.founded())
                        .setNextMember(index.nextMember());
        index.members()
                .forEach(member ->
                        record.addMembers(
                                IndexMemberRecord.newBuilder()
                                        .setNodeId(member.node().value())
                                        .setName(member.name())));
        return record.build();
    }

    private static IndexGroup index(IndexGroupRecord record) {
        return new IndexGroup(
                UUID.fromString(record.getGroupId()),
                record.getFounded(),
                record.getMembersList().stream()
                        .map(member ->
                                new IndexMember(new NodeId(member.getNodeId()), member.getName()))
                        .toList(),
                record.getNextMember());
    }

    private static PlacementGroupRecord record(PlacementGroup group) {
        var record =
                PlacementGroupRecord.newBuilder().setNumber(group.number()).setEpoch(group.epoch());
        group.members()
                .forEach(member ->
                        record.addMembers(
                                PlacementMemberRecord.newBuilder()
                                        .setNodeId(member.node().value())
                                        .setRole(record(member.role()))
                                        .setLost(member.lost())));
        group.wanted().stream().sorted().forEach(node -> record.addWantedNodeIds(node.value()));
        return record.build();
    }

    private static PlacementGroup group(PlacementGroupRecord record) {
        return new PlacementGroup(
                record.getNumber(),
                record.getEpoch(),
                record.getMembersList().stream()
                        .map(member ->
                                new PlacementMember(
                                        new NodeId(member.getNodeId()),
                                        role(member.getRole()),
                                        member.getLost()))
                        .toList(),
                record.getWantedNodeIdsList().stream()
                        .map(NodeId::new)
                        .collect(Collectors.toSet()));
    }

    private static PlacementMemberRecord.Role record(PlacementRole role) {
        return switch (role) {
            case FILLING -> PlacementMemberRecord.Role.ROLE_FILLING;
            case FILLED -> PlacementMemberRecord.Role.ROLE_FILLED;
            case LEAVING -> PlacementMemberRecord.Role.ROLE_LEAVING;
        };
    }

    private static PlacementRole role(PlacementMemberRecord.Role role) {
        return switch (role) {
            case ROLE_FILLING -> PlacementRole.FILLING;
            case ROLE_FILLED -> PlacementRole.FILLED;
            case ROLE_LEAVING -> PlacementRole.LEAVING;
            case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("a member of a group has a role");
        };
    }
}
