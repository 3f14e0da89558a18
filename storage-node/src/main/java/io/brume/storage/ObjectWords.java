package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.proto.node.v1.IndexGroupSpec;
import io.brume.proto.node.v1.ObjectPeer;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.proto.node.v1.PlacementGroupSpec;
import io.brume.proto.node.v1.PlacementMember;
import io.brume.storage.object.group.PlacementMap;
import io.brume.storage.object.index.group.IndexGroup;
import io.brume.storage.object.index.group.IndexRole;
import io.brume.storage.peers.PeerChannels.Peer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads what the control plane says of the object store. */
final class ObjectWords {
    private ObjectWords() {}

    /** Who keeps the index; members whose address is not known yet are left out. */
    static IndexGroup index(ObjectStoreSpec spec) {
        IndexGroupSpec index = spec.getIndex();
        Map<String, HostPort> peers = new HashMap<>();
        for (ObjectPeer peer : spec.getPeersList()) {
            peers.put(peer.getNodeId(), HostPort.parse(peer.getAddress()));
        }
        return new IndexGroup(
                UUID.fromString(index.getGroupId()),
                index.getFounded(),
                index.getMembersList().stream()
                        .filter(member -> peers.containsKey(member.getNodeId()))
                        .map(member ->
                                new IndexGroup.Member(
                                        member.getName(),
                                        HostPort.parse(member.getAddress()),
                                        new Peer(
                                                member.getNodeId(),
                                                requireNonNull(peers.get(member.getNodeId())))))
                        .toList());
    }

    /**
     * Which nodes get new blobs. One that is leaving gets none; it keeps what it has until those
     * who stay have it. One that is lost is not asked.
     */
    static PlacementMap placement(long generation, String self, ObjectStoreSpec spec) {
        Map<Integer, List<String>> groups = new HashMap<>();
        var lost = new HashSet<String>();
        for (PlacementGroupSpec group : spec.getGroupsList()) {
            groups.put(
                    group.getNumber(),
                    group.getMembersList().stream()
                            .filter(member -> member.getRole() != PlacementMember.Role.ROLE_LEAVING)
                            .map(PlacementMember::getNodeId)
                            .toList());
            group.getMembersList().stream()
                    .filter(PlacementMember::getLost)
                    .forEach(member -> lost.add(member.getNodeId()));
        }
        Map<String, HostPort> addresses = new HashMap<>();
        for (ObjectPeer peer : spec.getPeersList()) {
            if (!lost.contains(peer.getNodeId())) {
                addresses.put(peer.getNodeId(), HostPort.parse(peer.getAddress()));
            }
        }
        return new PlacementMap(generation, self, groups, addresses);
    }

    /**
     * The epochs of the groups that a node may be complete in: all that it is in, but for those
     * that it is filling while none who has been filled can be asked.
     */
    static Map<Integer, Long> completable(String self, ObjectStoreSpec spec) {
        Map<Integer, Long> epochs = new HashMap<>();
        for (PlacementGroupSpec group : spec.getGroupsList()) {
            if (member(self, group).filter(one -> isSure(one, self, group)).isPresent()) {
                epochs.put(group.getNumber(), group.getEpoch());
            }
        }
        return epochs;
    }

    static Optional<PlacementMember> member(String self, PlacementGroupSpec group) {
        return group.getMembersList().stream()
                .filter(member -> member.getNodeId().equals(self))
                .findFirst();
    }

    private static boolean isSure(PlacementMember member, String self, PlacementGroupSpec group) {
        return member.getRole() != PlacementMember.Role.ROLE_FILLING
                || group.getMembersList().stream()
                        .anyMatch(other ->
                                !other.getNodeId().equals(self)
                                        && !other.getLost()
                                        && other.getRole() != PlacementMember.Role.ROLE_FILLING);
    }

    /**
     * @param wanted whether the node is to be a member
     */
    static ObjectStoreObservation.IndexRole role(IndexRole role, boolean wanted) {
        return switch (role) {
            case LEADER -> ObjectStoreObservation.IndexRole.INDEX_ROLE_LEADER;
            case FOLLOWER -> ObjectStoreObservation.IndexRole.INDEX_ROLE_FOLLOWER;
            case WAITING -> ObjectStoreObservation.IndexRole.INDEX_ROLE_WAITING;
            case NONE ->
                    wanted
                            ? ObjectStoreObservation.IndexRole.INDEX_ROLE_WAITING
                            : ObjectStoreObservation.IndexRole.INDEX_ROLE_NONE;
        };
    }
}
