package io.brume.control.reconcile;

import static io.brume.control.reconcile.BlockWorld.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.proto.node.v1.CutGroup;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of volumes when hosts come, go, forget, and do not hear. */
final class VolumeStoriesTest {
    private BlockWorld world = new BlockWorld(3, 2);

    @AfterEach
    void close() {
        world.close();
    }

    private void begin(int storageNodes, int agents) {
        world.close();
        world = new BlockWorld(storageNodes, agents);
    }

    private static AttachmentState attachment(Volume volume) {
        return volume.attachment().orElseThrow().state();
    }

    private VolumeId attached(int agent) {
        var id = world.create();
        world.settle();
        assertThat(world.attach(id, world.launch(agent), false)).isTrue();
        world.settle();
        assertThat(attachment(world.volume(id))).isEqualTo(AttachmentState.ATTACHED);
        return id;
    }

    private boolean write(int agent, VolumeId id, int number) {
        return world.hosts.write(world.agent(agent), id.value(), number);
    }

    private NodeId replica(VolumeId id, ReplicaRole role) {
        return world.volume(id).placement().nodes(role).stream().sorted().findFirst().orElseThrow();
    }

    @Test
    void aVolumeIsMadeAttachedWrittenDetachedAndDeleted() {
        var id = world.create();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.CREATING);
        world.settle();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.AVAILABLE);
        assertThat(world.volume(id).placement().nodes(ReplicaRole.IN_SYNC)).hasSize(3);

        world.attach(id, world.launch(0), false);
        world.settle();
        assertThat(write(0, id, 1)).isTrue();

        world.detach(id, false);
        world.settle();
        var free = world.volume(id);
        assertThat(free.state()).isEqualTo(VolumeState.AVAILABLE);
        assertThat(free.attachment()).isEmpty();
        assertThat(free.placement().writer()).isEmpty();
        assertThat(world.agent(0).coordinators).isEmpty();

        world.delete(id);
        world.settle();
        assertThat(world.find(id)).isEmpty();
        assertThat(world.storage(0).replicas).isEmpty();
    }

    @Test
    void aVolumeMadeWhileItsOnlyNodeIsAwayIsMadeWhenThatReturns() {
        begin(1, 1);
        world.hosts.storage(node(0)).up = false;
        world.settle();
        var id = world.create();
        world.settle();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.CREATING);

        world.hosts.storage(node(0)).up = true;
        world.settle();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.AVAILABLE);
    }

    @Test
    void aVolumeIsPlacedBeforeNodesHaveFoundANewControlPlane() {
        world.restart();
        var id = world.create();
        world.settle();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.AVAILABLE);
    }

    @Test
    void aVolumeMadeWhileANodeIsAwayGetsItsLastReplicaWhenThatReturns() {
        world.hosts.storage(node(2)).up = false;
        world.settle();
        var id = world.create();
        world.settle();
        var made = world.volume(id);
        assertThat(made.state()).as("it waits for nobody").isEqualTo(VolumeState.AVAILABLE);
        assertThat(made.placement().nodes()).hasSize(2);

        world.hosts.storage(node(2)).up = true;
        world.settle();
        assertThat(world.volume(id).placement().nodes(ReplicaRole.IN_SYNC)).hasSize(3);
    }

    @Test
    void theEpochGrowsWithEveryWriter() {
        var id = attached(0);
        long first = world.volume(id).placement().epoch();
        world.detach(id, false);
        world.settle();
        world.attach(id, world.launch(1), false);
        world.settle();
        assertThat(world.volume(id).placement().epoch()).isGreaterThan(first);
        assertThat(world.volume(id).placement().writer()).contains(node(101));
    }

    @Test
    void aDeadReplicaLeavesTheSetAndComesBackInStep() {
        var id = attached(0);
        var dead = replica(id, ReplicaRole.IN_SYNC);
        world.hosts.storage(dead).up = false;
        assertThat(write(0, id, 1)).isFalse();
        world.settle();
        assertThat(world.volume(id).placement().nodes(ReplicaRole.LOST)).containsExactly(dead);
        assertThat(write(0, id, 2)).isTrue();

        world.hosts.storage(dead).up = true;
        world.settle();
        world.pass(ReplicaRepair.REST);
        world.settle();
        assertThat(world.volume(id).placement().nodes(ReplicaRole.IN_SYNC)).hasSize(3);
        assertThat(world.hosts.writes(dead, id.value())).contains(2);
    }

    @Test
    void theLastReplicaIsWaitedFor() {
        var id = attached(0);
        world.hosts.storage.values().forEach(node -> node.up = false);
        world.settleFor(Duration.ofHours(1));
        assertThat(world.volume(id).placement().nodes(ReplicaRole.IN_SYNC)).isNotEmpty();
        assertThat(write(0, id, 1)).isFalse();
        world.hosts.storage.values().forEach(node -> node.up = true);
        world.settleFor(Duration.ofMinutes(1));
        assertThat(world.volume(id).placement().nodes(ReplicaRole.IN_SYNC)).hasSize(3);
        assertThat(write(0, id, 2)).isTrue();
    }

    @Test
    void aReplicaThatStaysAwayIsMadeAnewElsewhere() {
        begin(4, 1);
        var id = attached(0);
        write(0, id, 1);
        var dead = replica(id, ReplicaRole.IN_SYNC);
        world.hosts.storage(dead).up = false;
        world.settle();
        world.settleFor(BlockWorld.REPLACE_AFTER.plusMinutes(2));
        var placement = world.volume(id).placement();
        assertThat(placement.nodes(ReplicaRole.IN_SYNC)).hasSize(3).doesNotContain(dead);
        assertThat(placement.on(dead)).isEmpty();
        world.hosts.storage(dead).up = true;
        world.settle();
        assertThat(world.hosts.storage(dead).replicas).as("it drops the old one").isEmpty();
    }

    @Test
    void aVolumeThatNobodyHasIsRepairedByACaretaker() {
        begin(4, 1);
        var id = attached(0);
        write(0, id, 1);
        world.detach(id, false);
        world.settle();
        var dead = replica(id, ReplicaRole.IN_SYNC);
        world.hosts.storage(dead).up = false;
        world.settle();
        assertThat(world.volume(id).placement().writer()).as("nothing to do yet").isEmpty();
        world.settleFor(BlockWorld.REPLACE_AFTER.plusMinutes(2));
        var placement = world.volume(id).placement();
        assertThat(placement.nodes(ReplicaRole.IN_SYNC)).hasSize(3).doesNotContain(dead);
        assertThat(placement.writer()).isEmpty();
        assertThat(world.agent(0).coordinators).isEmpty();
    }

    @Test
    void anOldWriterThatIsCutOffIsFencedBeforeTheNewOneIsTold() {
        var id = attached(0);
        assertThat(write(0, id, 1)).isTrue();
        // The agent does not hear any more, and its guest writes on.
        world.agent(0).session = false;
        world.hear();
        assertThat(write(0, id, 2)).isTrue();
        world.detach(id, true);
        world.reconcile();
        world.settle();
        assertThat(write(0, id, 3)).as("the storage nodes know a newer epoch").isFalse();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.AVAILABLE);
        world.attach(id, world.launch(1), false);
        world.settle();
        assertThat(write(1, id, 4)).isTrue();
        assertThat(write(0, id, 5)).isFalse();
    }

    @Test
    void anOrdinaryDetachWaitsForAnAgentThatIsAway() {
        var id = attached(0);
        world.agent(0).session = false;
        world.hear();
        world.detach(id, false);
        world.settleFor(Duration.ofMinutes(5));
        assertThat(attachment(world.volume(id))).isEqualTo(AttachmentState.BUSY);
        world.agent(0).session = true;
        world.settle();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.AVAILABLE);
    }

    @Test
    void anAgentThatForgotIsToldAgain() {
        var id = attached(0);
        write(0, id, 1);
        world.hosts.restart(world.agent(0));
        world.settle();
        assertThat(attachment(world.volume(id))).isEqualTo(AttachmentState.ATTACHED);
        assertThat(write(0, id, 2)).isTrue();
    }

    @Test
    void aStorageNodeThatForgotDoesNotShowZeros() {
        var id = attached(0);
        write(0, id, 1);
        world.detach(id, false);
        world.settle();
        var forgetful = replica(id, ReplicaRole.IN_SYNC);
        var disk = world.hosts.storage(forgetful);
        disk.session = false;
        world.hear();
        disk.replicas.clear();
        disk.session = true;
        world.hear();
        var recorded = world.volume(id).placement().on(forgetful).orElseThrow();
        assertThat(recorded.role()).isEqualTo(ReplicaRole.IN_SYNC);
        assertThat(disk.replicas).as("it is not made anew as zeros").isEmpty();
    }

    @Test
    void theEndOfAnInstanceFreesOrDeletesItsVolumes() {
        var instance = world.launch(0);
        var kept = world.create();
        var gone = world.create();
        world.settle();
        world.attach(kept, instance, false);
        world.attach(gone, instance, true);
        world.settle();
        world.terminated(instance);
        world.settle();
        assertThat(world.volume(kept).state()).isEqualTo(VolumeState.AVAILABLE);
        assertThat(world.find(gone)).isEmpty();
    }

    @Test
    void aVolumeGrowsWhileItIsUsedAndWhileItIsNot() {
        var id = attached(0);
        world.grow(id);
        world.settle();
        assertThat(world.volume(id).modification().orElseThrow().completed()).isPresent();
        world.detach(id, false);
        world.settle();
        world.grow(id);
        world.settle();
        var volume = world.volume(id);
        assertThat(volume.modification().orElseThrow().completed()).isPresent();
        assertThat(volume.configuration().sizeGib()).isEqualTo(10);
        assertThat(volume.placement().writer()).isEmpty();
    }

    @Test
    void aSnapshotKeepsItsMomentWhereverItsVolumeIs() {
        var id = attached(0);
        write(0, id, 1);
        var used = world.snapshot(id);
        world.settle();
        assertThat(world.snapshot(used).state()).isEqualTo(SnapshotState.COMPLETED);
        assertThat(world.snapshot(used).nodes()).hasSize(3);
        write(0, id, 2);
        world.detach(id, false);
        world.settle();
        var free = world.snapshot(id);
        world.settle();
        assertThat(world.snapshot(free).state()).isEqualTo(SnapshotState.COMPLETED);
        assertThat(world.volume(id).placement().writer()).isEmpty();

        var copy = world.create(Optional.of(used));
        world.settle();
        world.attach(copy, world.launch(1), false);
        world.settle();
        assertThat(world.hosts.writes(replica(copy, ReplicaRole.IN_SYNC), copy.value()))
                .containsExactly(1);

        world.delete(used);
        world.settle();
        assertThat(world.findSnapshot(used)).as("a volume is made of it").isPresent();
        assertThat(world.storage(0).snapshots).containsKey(used.value());
        world.detach(copy, false);
        world.settle();
        world.delete(copy);
        world.settle();
        assertThat(world.findSnapshot(used)).isEmpty();
        assertThat(world.storage(0).snapshots).containsOnlyKeys(free.value());
    }

    private List<CutGroup> groups(int agent, VolumeId id) {
        return Objects.requireNonNull(world.agent(agent).coordinators.get(id.value()))
                .spec
                .getCutGroupsList();
    }

    @Test
    void snapshotsOfOneMomentAreAskedForTogetherAndCompleteTogether() {
        var one = attached(0);
        var other = attached(0);
        world.hosts.uncut.addAll(List.of(one.value(), other.value()));
        var made = world.snapshots(List.of(one, other));
        world.settle();
        for (var id : List.of(one, other)) {
            assertThat(groups(0, id))
                    .singleElement()
                    .satisfies(group -> {
                        assertThat(group.getGroupId()).isEqualTo(made.getFirst().value());
                        assertThat(group.getVolumeIdsList())
                                .containsExactlyInAnyOrder(one.value(), other.value());
                    });
        }
        world.hosts.uncut.remove(one.value());
        world.settle();
        var cut = world.snapshot(made.getFirst());
        assertThat(cut.cut()).isTrue();
        assertThat(cut.state())
                .as("it might be in error with the other")
                .isEqualTo(SnapshotState.PENDING);
        assertThat(groups(0, one)).isEmpty();
        assertThat(groups(0, other))
                .singleElement()
                .satisfies(group ->
                        assertThat(group.getVolumeIdsList()).containsExactly(other.value()));
        world.hosts.uncut.clear();
        world.settle();
        assertThat(made)
                .extracting(id -> world.snapshot(id).state())
                .containsOnly(SnapshotState.COMPLETED);
    }

    @Test
    void whoeverElseWritesAVolumeOfAGroupIsNotWaitedFor() {
        var one = attached(0);
        var other = attached(1);
        world.hosts.uncut.addAll(List.of(one.value(), other.value()));
        world.snapshots(List.of(one, other));
        world.settle();
        assertThat(groups(0, one))
                .singleElement()
                .satisfies(
                        group -> assertThat(group.getVolumeIdsList()).containsExactly(one.value()));
    }

    @Test
    void snapshotsOfOneMomentFailTogether() {
        var one = attached(0);
        var other = attached(0);
        var alone = world.snapshot(other);
        world.hosts.uncut.add(one.value());
        var made = world.snapshots(List.of(one, other));
        world.settle();
        assertThat(world.snapshot(made.getLast()).cut()).isTrue();
        world.hosts.tooLate.add(made.getFirst().value());
        world.hosts.uncut.clear();
        world.settle();
        assertThat(made)
                .extracting(id -> world.snapshot(id).state())
                .containsOnly(SnapshotState.ERROR);
        assertThat(world.snapshot(alone).state()).isEqualTo(SnapshotState.COMPLETED);
        assertThat(groups(0, one)).isEmpty();
    }

    @Test
    void deletingAVolumeWaitsForItsSnapshots() {
        var id = world.create();
        world.settle();
        var snapshot = world.snapshot(id);
        world.delete(id);
        world.settle();
        assertThat(world.snapshot(snapshot).state()).isEqualTo(SnapshotState.COMPLETED);
        assertThat(world.find(id)).isEmpty();
    }

    @Test
    void withoutRoomElsewhereALostReplicaIsWaitedFor() {
        var id = attached(0);
        var dead = replica(id, ReplicaRole.IN_SYNC);
        world.hosts.storage(dead).up = false;
        world.settleFor(Duration.ofHours(1));
        assertThat(world.volume(id).placement().nodes(ReplicaRole.LOST)).containsExactly(dead);
        world.hosts.storage(dead).up = true;
        world.settleFor(Duration.ofMinutes(1));
        assertThat(world.volume(id).placement().nodes(ReplicaRole.IN_SYNC)).hasSize(3);
    }

    @Test
    void aVolumeWhoseNodeIsAwayAtItsMakingGoesElsewhere() {
        begin(4, 1);
        var id = world.create();
        var dead = replica(id, ReplicaRole.IN_SYNC);
        world.hosts.storage(dead).up = false;
        world.hear();
        world.reconcile();
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.CREATING);
        world.settleFor(Duration.ofMinutes(1));
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.AVAILABLE);
        assertThat(world.volume(id).placement().nodes(ReplicaRole.IN_SYNC))
                .hasSize(3)
                .doesNotContain(dead);
    }

    // Contents under another key

    private SnapshotId snapshotWith(int number) {
        var id = attached(0);
        assertThat(write(0, id, number)).isTrue();
        var snapshot = world.snapshot(id);
        world.settle();
        assertThat(world.snapshot(snapshot).state()).isEqualTo(SnapshotState.COMPLETED);
        return snapshot;
    }

    private List<Volume> hidden() {
        return world.all().stream().filter(Volume::hidden).toList();
    }

    @Test
    void aVolumeIsFilledFromAHiddenOneThatGoesThen() {
        var snapshot = snapshotWith(1);
        var id = world.encryptedOf(snapshot);
        assertThat(hidden()).hasSize(1);
        assertThat(world.volume(id).shownState()).isEqualTo(VolumeState.CREATING);
        world.settle();
        var made = world.volume(id);
        assertThat(made.shownState()).isEqualTo(VolumeState.AVAILABLE);
        assertThat(made.isBeingFilled()).isFalse();
        assertThat(made.placement().writer()).as("nobody needs to serve it any more").isEmpty();
        for (var node : made.placement().nodes(ReplicaRole.IN_SYNC)) {
            assertThat(world.hosts.writes(node, id.value())).containsExactly(1);
        }
        assertThat(hidden()).isEmpty();
    }

    @Test
    void anotherAgentFillsWhenTheFirstOneEnds() {
        var snapshot = snapshotWith(1);
        world.agent(0).up = false;
        world.agent(1).up = false;
        var id = world.encryptedOf(snapshot);
        world.settle();
        assertThat(world.volume(id).isBeingFilled()).isTrue();
        world.agent(1).up = true;
        world.settleFor(Duration.ofSeconds(40));
        assertThat(world.volume(id).isBeingFilled()).isFalse();
        assertThat(hidden()).isEmpty();
    }

    @Test
    void aVolumeWhoseSourceIsLostIsInErrorAndNothingStays() {
        var snapshot = snapshotWith(1);
        world.agent(0).up = false;
        world.agent(1).up = false;
        var id = world.encryptedOf(snapshot);
        world.settle();
        world.delete(hidden().getFirst());
        world.settle();
        assertThat(world.volume(id).shownState()).isEqualTo(VolumeState.ERROR);
        assertThat(hidden()).isEmpty();
        world.delete(id);
        world.settle();
        assertThat(world.find(id)).isEmpty();
    }

    // Snapshots that are copied

    @Test
    void aCopyOutlivesItsSource() {
        var snapshot = snapshotWith(1);
        var copy = world.copy(snapshot);
        world.delete(snapshot);
        world.settle();
        assertThat(world.snapshot(copy).state()).isEqualTo(SnapshotState.COMPLETED);
        world.settleFor(Duration.ofMinutes(2));
        assertThat(world.findSnapshot(snapshot)).as("nobody needs it any more").isEmpty();
        for (var node : world.snapshot(copy).nodes()) {
            assertThat(world.hosts.keeps(node, snapshot.value())).isFalse();
            assertThat(world.hosts.storage(node).snapshots.get(copy.value())).containsExactly(1);
        }
    }

    @Test
    void aDeletedSnapshotStaysWhileItIsCopied() {
        var snapshot = snapshotWith(1);
        world.hosts.storage.values().forEach(node -> node.session = false);
        world.settle();
        var copy = world.copy(snapshot);
        world.delete(snapshot);
        world.settle();
        assertThat(world.findSnapshot(snapshot)).isPresent();
        world.hosts.storage.values().forEach(node -> node.session = true);
        world.settleFor(Duration.ofMinutes(2));
        assertThat(world.snapshot(copy).state()).isEqualTo(SnapshotState.COMPLETED);
        assertThat(world.findSnapshot(snapshot)).isEmpty();
    }

    @Test
    void aSnapshotThatLostANodeIsCopiedToAnother() {
        begin(4, 2);
        var snapshot = snapshotWith(1);
        var before = world.snapshot(snapshot).nodes();
        assertThat(before).hasSize(3);
        var lost = before.getFirst();
        world.hosts.storage(lost).up = false;
        world.settleFor(Duration.ofMinutes(9));
        assertThat(world.snapshot(snapshot).nodes()).as("it may come back").isEqualTo(before);
        world.settleFor(Duration.ofMinutes(3));
        var after = world.snapshot(snapshot).nodes();
        assertThat(after).hasSize(3).doesNotContain(lost);
        for (var node : after) {
            assertThat(world.hosts.storage(node).snapshots.get(snapshot.value()))
                    .containsExactly(1);
        }
        world.hosts.storage(lost).up = true;
        world.settle();
        assertThat(world.hosts.keeps(lost, snapshot.value())).as("it is not needed").isFalse();
    }

    @Test
    void aSnapshotThatNobodyElseHasIsNotGivenUp() {
        begin(4, 2);
        var snapshot = snapshotWith(1);
        var nodes = world.snapshot(snapshot).nodes();
        nodes.forEach(node -> world.hosts.storage(node).up = false);
        world.settleFor(Duration.ofMinutes(30));
        assertThat(world.snapshot(snapshot).nodes()).isEqualTo(nodes);
        nodes.forEach(node -> world.hosts.storage(node).up = true);
        world.settle();
        assertThat(nodes).allMatch(node -> world.hosts.keeps(node, snapshot.value()));
    }
}
