package io.brume.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.node.v1.IndexGroupSpec;
import io.brume.proto.node.v1.IndexMemberSpec;
import io.brume.proto.node.v1.ObjectPeer;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.proto.node.v1.PlacementGroupSpec;
import io.brume.proto.node.v1.PlacementMember;
import io.brume.proto.node.v1.PlacementMember.Role;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a storage node reads out of the control plane's words. */
final class ObjectWordsTest {
    private static final ObjectStoreSpec SPEC =
            ObjectStoreSpec.newBuilder()
                    .setIndex(
                            IndexGroupSpec.newBuilder()
                                    .setGroupId("00000000-0000-0000-0000-000000000001")
                                    .setFounded(true)
                                    .addMembers(member("a", "a.1", "h:1"))
                                    .addMembers(member("gone", "gone.2", "h:2")))
                    .addGroups(
                            PlacementGroupSpec.newBuilder()
                                    .setNumber(0)
                                    .setEpoch(5)
                                    .addMembers(in("a", Role.ROLE_FILLED, false))
                                    .addMembers(in("b", Role.ROLE_FILLING, false))
                                    .addMembers(in("c", Role.ROLE_LEAVING, false)))
                    .addGroups(
                            PlacementGroupSpec.newBuilder()
                                    .setNumber(1)
                                    .setEpoch(6)
                                    .addMembers(in("lost", Role.ROLE_FILLED, true))
                                    .addMembers(in("b", Role.ROLE_FILLING, false)))
                    .addPeers(peer("a"))
                    .addPeers(peer("b"))
                    .addPeers(peer("c"))
                    .addPeers(peer("lost"))
                    .build();

    private static IndexMemberSpec member(String node, String name, String address) {
        return IndexMemberSpec.newBuilder()
                .setNodeId(node)
                .setName(name)
                .setAddress(address)
                .build();
    }

    private static PlacementMember in(String node, Role role, boolean lost) {
        return PlacementMember.newBuilder().setNodeId(node).setRole(role).setLost(lost).build();
    }

    private static ObjectPeer peer(String node) {
        return ObjectPeer.newBuilder().setNodeId(node).setAddress(node + ":9").build();
    }

    @Test
    void whoKeepsTheIndexIsReachedByBothItsAddresses() {
        var index = ObjectWords.index(SPEC);
        assertThat(index.founded()).isTrue();
        assertThat(index.members()).hasSize(1);
        assertThat(index.on("a").orElseThrow().raft()).hasToString("h:1");
        assertThat(index.on("a").orElseThrow().peer().address()).hasToString("a:9");
    }

    @Test
    void whoLeavesGetsNothingNewAndWhoIsLostIsNotAsked() {
        var map = ObjectWords.placement(42, "b", SPEC);
        assertThat(map.version()).isEqualTo(42);
        assertThat(map.members(0)).containsExactly("a", "b");
        assertThat(map.members(1)).containsExactly("lost", "b");
        assertThat(map.addresses()).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void nobodyIsFilledFromNobody() {
        assertThat(ObjectWords.completable("b", SPEC)).containsExactly(Map.entry(0, 5L));
        assertThat(ObjectWords.completable("a", SPEC)).containsExactly(Map.entry(0, 5L));
        assertThat(ObjectWords.completable("c", SPEC)).containsExactly(Map.entry(0, 5L));
        assertThat(ObjectWords.completable("d", SPEC)).isEmpty();
    }
}
