package io.brume.control.reconcile;

import static io.brume.control.reconcile.BlockWorld.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import java.time.Duration;
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
}
