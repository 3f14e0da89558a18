package io.brume.node.instance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every hypervisor promises, the simulated one as well as the real. */
@Timeout(120)
public interface HypervisorContract {
    String ID = "i-0123456789abcdef0";
    String VOLUME = "vol-0123456789abcdef0";

    /** A hypervisor; again after the agent was restarted, with the same guests. */
    Hypervisor hypervisor() throws Exception;

    /** The agent ends as by kill -9, and a new one looks at the host. */
    Hypervisor restarted() throws Exception;

    /** A guest that can be started here. */
    GuestSpec guest(long runEpoch);

    /** Waits until the guest would hear its power button. */
    void awaitBoot(Hypervisor hypervisor) throws Exception;

    /** A volume of 8 MiB that is served on this host, and again after the agent was restarted. */
    GuestSpec.Volume volume(String volumeId) throws Exception;

    private static GuestState state(Hypervisor hypervisor) {
        GuestState state = hypervisor.guests().get(ID);
        assertThat(state).isNotNull();
        return requireNonNull(state);
    }

    @Test
    default void startsAGuestOnce() throws Exception {
        Hypervisor hypervisor = hypervisor();
        assertThat(hypervisor.guests()).isEmpty();
        hypervisor.start(guest(3));
        assertThat(state(hypervisor).running()).isTrue();
        assertThat(state(hypervisor).runEpoch()).isEqualTo(3);
        hypervisor.start(guest(3));
        assertThat(hypervisor.guests()).hasSize(1);
    }

    @Test
    default void killsAndTellsWhoItWas() throws Exception {
        Hypervisor hypervisor = hypervisor();
        List<GuestExit> exits = new CopyOnWriteArrayList<>();
        hypervisor.onExit(exits::add);
        hypervisor.start(guest(1));
        hypervisor.kill(ID);
        assertThat(state(hypervisor).running()).isFalse();
        assertThat(state(hypervisor).runEpoch()).isEqualTo(1);
        await().atMost(Duration.ofSeconds(10)).until(() -> exits.size() == 1);
        assertThat(exits.getFirst().cause()).isEqualTo(GuestExit.Cause.REQUESTED);
        assertThat(exits.getFirst().runEpoch()).isEqualTo(1);
        hypervisor.kill(ID);
        hypervisor.start(guest(2));
        assertThat(state(hypervisor).runEpoch()).isEqualTo(2);
        assertThat(state(hypervisor).running()).isTrue();
    }

    @Test
    default void aGuestHearsItsPowerButton() throws Exception {
        Hypervisor hypervisor = hypervisor();
        List<GuestExit> exits = new CopyOnWriteArrayList<>();
        hypervisor.onExit(exits::add);
        hypervisor.start(guest(1));
        awaitBoot(hypervisor);
        hypervisor.powerDown(ID);
        await().atMost(Duration.ofSeconds(30)).until(() -> exits.size() == 1);
        assertThat(state(hypervisor).running()).isFalse();
        hypervisor.powerDown(ID);
    }

    @Test
    default void aGuestOutlivesItsAgent() throws Exception {
        hypervisor().start(guest(5));
        Hypervisor next = restarted();
        assertThat(state(next).running()).isTrue();
        assertThat(state(next).runEpoch()).isEqualTo(5);
        List<GuestExit> exits = new CopyOnWriteArrayList<>();
        next.onExit(exits::add);
        next.kill(ID);
        await().atMost(Duration.ofSeconds(10)).until(() -> exits.size() == 1);
        Hypervisor last = restarted();
        assertThat(state(last).running()).as("how it ended is not forgotten").isFalse();
        assertThat(state(last).exit()).isPresent();
    }

    @Test
    default void destroysWithoutATrace() throws Exception {
        Hypervisor hypervisor = hypervisor();
        hypervisor.start(guest(1));
        hypervisor.destroy(ID);
        assertThat(hypervisor.guests()).isEmpty();
        hypervisor.destroy(ID);
        assertThat(restarted().guests()).isEmpty();
    }

    @Test
    default void resetsWithoutAnEnd() throws Exception {
        Hypervisor hypervisor = hypervisor();
        hypervisor.start(guest(1));
        hypervisor.reset(ID);
        assertThat(state(hypervisor).running()).isTrue();
    }

    @Test
    default void remembersWhatAStoppedGuestSaid() throws Exception {
        Hypervisor hypervisor = hypervisor();
        hypervisor.start(guest(1));
        awaitBoot(hypervisor);
        hypervisor.kill(ID);
        byte[] all = hypervisor.consoleOutput(ID, 65_536);
        assertThat(all).isNotEmpty();
        assertThat(hypervisor.consoleOutput(ID, 5)).hasSize(5);
    }

    @Test
    default void saysThatItDoesNotKnowAGuest() throws Exception {
        Hypervisor hypervisor = hypervisor();
        assertThat(hypervisor.consoleOutput(ID, 10)).as("it has said nothing").isEmpty();
        assertThatThrownBy(() -> hypervisor.screenshot(ID)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> hypervisor.openConsole(ID)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> hypervisor.reset(ID)).isInstanceOf(IOException.class);
        hypervisor.kill(ID);
    }

    @Test
    default void givesAVolumeToARunningGuestAndTakesItBack() throws Exception {
        Hypervisor hypervisor = hypervisor();
        hypervisor.start(guest(1));
        awaitBoot(hypervisor);
        GuestSpec.Volume volume = volume(VOLUME);
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
        hypervisor.attach(ID, volume);
        hypervisor.attach(ID, volume);
        assertThat(hypervisor.holders(VOLUME)).containsExactly(ID);
        await().atMost(Duration.ofSeconds(60)).until(() -> hypervisor.detach(ID, volume));
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
        assertThat(hypervisor.detach(ID, volume)).as("it does not have it").isTrue();
        hypervisor.attach(ID, volume);
        assertThat(hypervisor.holders(VOLUME)).as("given once more").containsExactly(ID);
        assertThat(state(hypervisor).running()).isTrue();
    }

    @Test
    default void aVolumeIsThereFromTheStartAndOutlivesTheAgent() throws Exception {
        Hypervisor first = hypervisor();
        GuestSpec.Volume volume = volume(VOLUME);
        first.start(guest(1).with(List.of(volume)));
        assertThat(first.holders(VOLUME)).containsExactly(ID);
        awaitBoot(first);
        Hypervisor next = restarted();
        assertThat(next.holders(VOLUME)).containsExactly(ID);
        next.attach(ID, volume(VOLUME));
        await().atMost(Duration.ofSeconds(60)).until(() -> next.detach(ID, volume(VOLUME)));
        assertThat(next.holders(VOLUME)).isEmpty();
    }

    @Test
    default void takesAVolumeAwayByForce() throws Exception {
        Hypervisor hypervisor = hypervisor();
        hypervisor.start(guest(1));
        GuestSpec.Volume volume = volume(VOLUME);
        hypervisor.attach(ID, volume);
        hypervisor.sever(ID, volume);
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
        assertThat(state(hypervisor).running()).isTrue();
        hypervisor.attach(ID, volume);
        assertThat(hypervisor.holders(VOLUME)).as("it may have it again").containsExactly(ID);
    }

    @Test
    default void aGuestThatDoesNotRunHasNoVolumes() throws Exception {
        Hypervisor hypervisor = hypervisor();
        GuestSpec.Volume volume = volume(VOLUME);
        hypervisor.attach(ID, volume);
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
        hypervisor.start(guest(1).with(List.of(volume)));
        hypervisor.kill(ID);
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
        assertThat(hypervisor.detach(ID, volume)).isTrue();
        hypervisor.start(guest(2));
        assertThat(hypervisor.holders(VOLUME)).as("started without it").isEmpty();
    }
}
