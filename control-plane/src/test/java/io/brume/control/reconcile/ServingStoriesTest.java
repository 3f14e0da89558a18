package io.brume.control.reconcile;

import static io.brume.control.reconcile.BlockWorld.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of volumes that a client from outside has. */
final class ServingStoriesTest {
    private static final Duration LONG = Duration.ofHours(8);

    private final BlockWorld world = new BlockWorld(3, 2);

    @AfterEach
    void close() {
        world.close();
    }

    private VolumeId available() {
        var id = world.create();
        world.settle();
        return id;
    }

    private VolumeId served(int agent) {
        var id = available();
        assertThat(world.serve(id, agent, LONG)).isTrue();
        world.settle();
        assertThat(state(id)).contains(AttachmentState.ATTACHED);
        return id;
    }

    private Optional<AttachmentState> state(VolumeId id) {
        return world.volume(id).serving().map(Serving::state);
    }

    private boolean write(int agent, VolumeId id, int number) {
        return world.hosts.write(world.agent(agent), id.value(), number);
    }

    private void assertFree(VolumeId id) {
        var volume = world.volume(id);
        assertThat(volume.state()).isEqualTo(VolumeState.AVAILABLE);
        assertThat(volume.serving()).isEmpty();
        assertThat(volume.placement().writer()).isEmpty();
    }

    @Test
    void aVolumeIsServedWrittenAndTakenBack() {
        var id = available();
        long before = world.volume(id).placement().epoch();
        world.serve(id, 1, LONG);
        assertThat(state(id)).contains(AttachmentState.ATTACHING);
        assertThat(world.volume(id).state()).isEqualTo(VolumeState.IN_USE);
        world.settle();
        assertThat(state(id)).contains(AttachmentState.ATTACHED);
        assertThat(world.volume(id).placement().writer()).contains(node(101));
        assertThat(world.volume(id).placement().epoch()).isGreaterThan(before);
        assertThat(write(1, id, 1)).isTrue();
        assertThat(write(0, id, 2)).isFalse();
        world.unserve(id);
        assertThat(state(id)).contains(AttachmentState.DETACHING);
        world.settle();
        assertFree(id);
        assertThat(world.agent(1).coordinators).isEmpty();
        assertThat(write(1, id, 3)).isFalse();
    }

    @Test
    void aServingAndAnAttachmentExcludeOneAnother() {
        var id = served(0);
        assertThat(world.attach(id, world.launch(1), false)).isFalse();
        assertThat(world.serve(id, 1, LONG)).isFalse();
        world.unserve(id);
        assertThat(world.attach(id, world.launch(1), false)).as("not yet").isFalse();
        world.settle();
        assertThat(world.attach(id, world.launch(1), false)).isTrue();
        assertThat(world.serve(id, 1, LONG)).isFalse();
        world.settle();
        assertThat(write(1, id, 1)).isTrue();
    }

    @Test
    void itEndsByItselfWhenItsTimeHasPassed() {
        var id = served(0);
        world.pass(LONG.minusSeconds(1));
        world.settle();
        assertThat(state(id)).contains(AttachmentState.ATTACHED);
        world.pass(Duration.ofSeconds(1));
        world.settle();
        assertFree(id);
        assertThat(world.agent(0).coordinators).isEmpty();
    }

    @Test
    void anAgentThatIsGoneIsDeposedAndItsOpenConnectionsWriteNothingMore() {
        var id = served(0);
        assertThat(write(0, id, 1)).isTrue();
        // It does not hear any more, and its client writes on.
        world.agent(0).session = false;
        world.settle();
        world.pass(VolumePlanner.WRITER_PATIENCE.minusSeconds(1));
        world.settle();
        assertThat(state(id)).as("it may come back").contains(AttachmentState.ATTACHED);
        assertThat(write(0, id, 2)).isTrue();
        world.pass(Duration.ofSeconds(2));
        world.settle();
        assertFree(id);
        assertThat(write(0, id, 3)).as("the storage nodes know a newer epoch").isFalse();
        world.attach(id, world.launch(1), false);
        world.settle();
        assertThat(write(1, id, 4)).isTrue();
        assertThat(write(0, id, 5)).isFalse();
    }

    @Test
    void anAgentThatComesBackInTimeServesOn() {
        var id = served(0);
        world.agent(0).session = false;
        world.settle();
        world.pass(Duration.ofSeconds(5));
        world.settle();
        world.hosts.restart(world.agent(0));
        world.agent(0).session = true;
        world.settle();
        assertThat(state(id)).contains(AttachmentState.ATTACHED);
        assertThat(write(0, id, 1)).isTrue();
    }

    @Test
    void aControlPlaneThatStartsAgainKnowsIt() {
        var id = served(0);
        world.restart();
        assertThat(write(0, id, 1)).as("nobody needs it for that").isTrue();
        world.settle();
        assertThat(state(id)).contains(AttachmentState.ATTACHED);
        assertThat(write(0, id, 2)).isTrue();
        world.restart();
        world.pass(LONG);
        world.settle();
        assertFree(id);
    }

    @Test
    void whatIsTakenBackBeforeAnybodyHasHeardOfItIsFreeAtOnce() {
        var id = available();
        world.serve(id, 0, LONG);
        world.unserve(id);
        world.settle();
        assertFree(id);
    }

    @Test
    void anAgentThatIsAwayGetsNothingToServe() {
        var id = available();
        world.agent(0).session = false;
        world.settle();
        world.serve(id, 0, LONG);
        world.settleFor(Duration.ofSeconds(20));
        assertFree(id);
    }

    @Test
    void whoCutsTheVolumeHasNotLetTheClientIn() {
        var id = available();
        var snapshot = world.snapshot(id);
        world.hosts.uncut.add(id.value());
        world.settle();
        var caretaker = world.volume(id).placement().writer().orElseThrow();
        int other = caretaker.equals(node(100)) ? 1 : 0;
        world.agent(other).session = false;
        world.serve(id, other, LONG);
        world.hear();
        world.reconcile();
        assertThat(state(id)).isNotEqualTo(Optional.of(AttachmentState.ATTACHED));
        world.agent(other).session = true;
        world.settle();
        assertThat(state(id)).contains(AttachmentState.ATTACHED);
        assertThat(write(other, id, 1)).isTrue();
        world.hosts.uncut.clear();
        world.settle();
        assertThat(world.snapshot(snapshot).state()).isEqualTo(SnapshotState.COMPLETED);
        world.unserve(id);
        world.settle();
        assertFree(id);
    }

    @Test
    void anAgentThatDoesNotCloseTheDoorIsFencedOff() {
        var id = served(0);
        world.agent(0).session = false;
        world.settle();
        world.unserve(id);
        world.settle();
        assertFree(id);
        assertThat(write(0, id, 1)).isFalse();
    }
}
