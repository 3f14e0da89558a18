package io.brume.storage.object.index.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.raft.RaftMember;
import io.brume.storage.peers.PeerChannels.Peer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who keeps the index, as every storage node is told.
 *
 * @param founded nobody founds it any more; until then its only member does
 * @param members those that the group is to have
 */
public record IndexGroup(UUID id, boolean founded, List<Member> members) {
    /**
     * A storage node that keeps the index.
     *
     * @param name never used again once it has left
     * @param raft where the other members reach it
     * @param peer where every storage node asks it
     */
    public record Member(String name, HostPort raft, Peer peer) {
        public Member {
            requireNonNull(name);
            requireNonNull(raft);
            requireNonNull(peer);
        }

        RaftMember inRaft() {
            return new RaftMember(name, raft.host(), raft.port(), 0);
        }
    }

    public IndexGroup {
        requireNonNull(id);
        members = List.copyOf(members);
    }

    /** The member that a node is to be, if any. */
    public Optional<Member> on(String nodeId) {
        return members.stream().filter(one -> one.peer().nodeId().equals(nodeId)).findFirst();
    }

    /** The member of a name, if there is one. */
    Optional<Member> named(String name) {
        return members.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    List<RaftMember> inRaft() {
        return members.stream().map(Member::inRaft).toList();
    }

    /** Who founds the group, seen from one of its members: only one that is alone. */
    List<RaftMember> founders(Member self) {
        return !founded && members.equals(List.of(self)) ? List.of(self.inRaft()) : List.of();
    }
}
