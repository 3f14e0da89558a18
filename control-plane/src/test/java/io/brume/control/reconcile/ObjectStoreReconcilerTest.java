package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.PlacementGroup;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.InMemoryFleet;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.ObjectServerFacts;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.proto.node.v1.PlacementGroupObservation;
import io.brume.proto.node.v1.PlacementMember;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From what storage nodes say to what they are told. */
final class ObjectStoreReconcilerTest {
    private static final NodeId ONE = new NodeId("node-00000000000000001");
    private static final NodeId TWO = new NodeId("node-00000000000000002");

    private final Store store = MemoryStore.open();
    private final InMemoryFleet fleet = new InMemoryFleet();
    private StorageNodes nodes = storageNodes();
    private BlockSightings sightings = new BlockSightings(Time.system());
    private ObjectStoreReconciler reconciler = reconciler();

    private StorageNodes storageNodes() {
        return new StorageNodes(
                store, new StorageCapacity(Time.system(), Duration.ofMinutes(10)), Time.system());
    }

    private ObjectStoreReconciler reconciler() {
        return new ObjectStoreReconciler(
                store,
                fleet,
                new ObjectStoreReconciler.Parts(
                        new ObjectSightings(),
                        sightings,
                        "lab-1",
                        List.of("localhost", "s3.localhost"),
                        UUID::randomUUID,
                        Duration.ofMinutes(10)),
                Time.system());
    }

    @BeforeEach
    void start() {
        fleet.listen(this::heard);
        nodes.start();
        reconciler.start();
    }

    private void heard(FleetEvent event) {
        sightings.on(event);
        nodes.on(event);
        reconciler.on(event);
    }

    @AfterEach
    void stop() {
        reconciler.close();
        nodes.close();
        store.close();
    }

    private void join(NodeId node, String host) {
        fleet.connectStorage(
                node,
                NodeFacts.newBuilder()
                        .setHostName(host)
                        .setZone("lab-1a")
                        .setBlockServer(BlockServerFacts.newBuilder().setAddress(host + ":1"))
                        .setObjectServer(
                                ObjectServerFacts.newBuilder()
                                        .setPeerAddress(host + ":2")
                                        .setIndexAddress(host + ":3")
                                        .setS3Address(host + ":4")
                                        .setForwardAddress(host + ":5"))
                        .build());
    }

    private ObjectStoreSpec told(NodeId node, Predicate<ObjectStoreSpec> expected) {
        return await().atMost(Duration.ofSeconds(10))
                .until(
                        () ->
                                fleet.desired(node, "object-store")
                                        .map(thing -> thing.getObjectStore())
                                        .orElse(ObjectStoreSpec.getDefaultInstance()),
                        expected);
    }

    private void leads(NodeId node, ObjectStoreSpec spec, long completeEpoch) {
        var word =
                ObjectStoreObservation.newBuilder()
                        .setId("object-store")
                        .setIndexRole(ObjectStoreObservation.IndexRole.INDEX_ROLE_LEADER)
                        .setIndexGroupId(spec.getIndex().getGroupId());
        spec.getIndex().getMembersList().forEach(member -> word.addIndexMembers(member.getName()));
        complete(word, completeEpoch);
        fleet.say(new FleetEvent.ObjectStoreObserved(node, word.build()));
    }

    private static void complete(ObjectStoreObservation.Builder word, long epoch) {
        for (int number = 0; number < PlacementGroup.COUNT; number++) {
            word.addGroups(
                    PlacementGroupObservation.newBuilder()
                            .setNumber(number)
                            .setCompleteEpoch(epoch));
        }
    }

    @Test
    void theFirstNodeFoundsTheIndexAndTheSecondJoins() {
        join(ONE, "a");
        var first = told(ONE, spec -> spec.getIndex().getMembersCount() == 1);
        assertThat(first.getIndex().getFounded()).isFalse();
        assertThat(first.getIndex().getMembers(0).getAddress()).isEqualTo("a:3");
        assertThat(first.getDomainsList()).containsExactly("s3.localhost", "localhost");
        assertThat(first.getGroupsList()).hasSize(PlacementGroup.COUNT);
        leads(ONE, first, 1);
        var founded = told(ONE, spec -> spec.getIndex().getFounded());
        join(TWO, "b");
        var grown = told(TWO, spec -> spec.getIndex().getMembersCount() == 2);
        assertThat(grown.getIndex().getGroupId()).isEqualTo(founded.getIndex().getGroupId());
        assertThat(grown.getPeersList())
                .extracting(peer -> peer.getAddress())
                .containsExactly("a:2", "b:2");
        assertThat(grown.getGroups(0).getMembersList())
                .extracting(PlacementMember::getRole)
                .containsExactly(
                        PlacementMember.Role.ROLE_FILLED, PlacementMember.Role.ROLE_FILLING);
        // As soon as the newcomer has everything.
        var word =
                ObjectStoreObservation.newBuilder()
                        .setId("object-store")
                        .setIndexRole(ObjectStoreObservation.IndexRole.INDEX_ROLE_FOLLOWER);
        complete(word, grown.getGroups(0).getEpoch());
        fleet.say(new FleetEvent.ObjectStoreObserved(TWO, word.build()));
        told(
                ONE,
                spec ->
                        spec.getGroupsList().stream()
                                .flatMap(group -> group.getMembersList().stream())
                                .allMatch(member ->
                                        member.getRole() == PlacementMember.Role.ROLE_FILLED));
    }

    @Test
    void aNewLeaderOfTheControlPlaneTellsTheSame() {
        join(ONE, "a");
        var first = told(ONE, spec -> spec.getIndex().getMembersCount() == 1);
        leads(ONE, first, 1);
        var founded = told(ONE, spec -> spec.getIndex().getFounded());
        reconciler.close();
        sightings = new BlockSightings(Time.system());
        reconciler = reconciler();
        reconciler.start();
        assertThat(told(ONE, spec -> true)).isEqualTo(founded);
    }

    @Test
    void aNodeWithoutAnObjectServerTakesNoPart() {
        fleet.joinStorage(ONE, "lab-1a", "a");
        join(TWO, "b");
        var spec = told(TWO, one -> one.getIndex().getMembersCount() == 1);
        assertThat(spec.getPeersCount()).isEqualTo(1);
        assertThat(fleet.desired(ONE, "object-store")).isEmpty();
    }
}
