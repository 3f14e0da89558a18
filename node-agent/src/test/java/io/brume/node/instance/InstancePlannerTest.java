package io.brume.node.instance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.instance.InstancePlanner.Plan;
import io.brume.node.instance.InstanceState.Phase;
import io.brume.node.instance.InstanceWant.Power;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstancePlannerTest {
    private static final String GOLDEN = "instance-transitions.txt";

    /** Every phase as it is met: with start 1 done, or on its way. */
    private static Map<Phase, InstanceState> states() {
        Map<Phase, InstanceState> states = new LinkedHashMap<>();
        var running = new InstanceWant(1, Power.RUNNING, 1, 0, false);
        InstanceState fresh = InstanceState.fresh().wanting(running);
        states.put(Phase.NEW, fresh);
        states.put(Phase.STARTING, fresh.in(Phase.STARTING));
        InstanceState up = fresh.started(1, 0);
        states.put(Phase.RUNNING, up);
        states.put(
                Phase.STOPPING,
                up.wanting(new InstanceWant(2, Power.STOPPED, 1, 0, false)).in(Phase.STOPPING));
        states.put(Phase.STOPPED, up.stopped(GuestExit.Cause.GUEST, "shut down"));
        states.put(Phase.FAILED, fresh.failed(1, "no disk"));
        InstanceState absent = up.wanting(new InstanceWant(2, Power.ABSENT, 1, 0, false));
        states.put(Phase.REMOVING, absent.in(Phase.REMOVING));
        states.put(Phase.ABSENT, absent.in(Phase.ABSENT));
        return states;
    }

    private static Map<String, InstanceEvent> events() {
        Map<String, InstanceEvent> events = new LinkedHashMap<>();
        events.put("wanted running, same start", wanted(3, Power.RUNNING, 1, 0, false));
        events.put("wanted running, next start", wanted(3, Power.RUNNING, 2, 0, false));
        events.put("wanted rebooted", wanted(3, Power.RUNNING, 1, 1, false));
        events.put("wanted stopped", wanted(3, Power.STOPPED, 1, 0, false));
        events.put("wanted stopped by force", wanted(3, Power.STOPPED, 1, 0, true));
        events.put("wanted absent", wanted(3, Power.ABSENT, 1, 0, false));
        events.put("wanted running, older word", wanted(0, Power.RUNNING, 9, 0, false));
        events.put("started", new InstanceEvent.Started(1, 0));
        events.put("start waits", new InstanceEvent.StartWaits("waiting for the image"));
        events.put("start failed", new InstanceEvent.StartFailed("disk full", false));
        events.put("start failed for good", new InstanceEvent.StartFailed("no image", true));
        events.put("exited", exited(1));
        events.put("exited, older start", exited(0));
        events.put("stop overdue", new InstanceEvent.StopOverdue(1));
        events.put("stop overdue, older start", new InstanceEvent.StopOverdue(0));
        events.put("stop failed", new InstanceEvent.StopFailed("no answer"));
        events.put("killed", new InstanceEvent.Killed(1));
        events.put("rebooted", new InstanceEvent.Rebooted(1));
        events.put("reboot failed", new InstanceEvent.RebootFailed("no answer"));
        events.put("removed", new InstanceEvent.Removed());
        events.put("remove failed", new InstanceEvent.RemoveFailed("busy"));
        events.put("retry", new InstanceEvent.Retry());
        return events;
    }

    private static InstanceEvent wanted(
            long generation, Power power, long runEpoch, long reboots, boolean force) {
        return new InstanceEvent.Wanted(
                new InstanceWant(generation, power, runEpoch, reboots, force));
    }

    private static InstanceEvent exited(long epoch) {
        return new InstanceEvent.Exited(
                new GuestExit("i-1", epoch, GuestExit.Cause.HYPERVISOR, "killed"));
    }

    @Test
    void everyPairOfPhaseAndEventIsAsTheGoldenFileSays() throws IOException {
        var table = new StringBuilder();
        states().forEach((phase, state) ->
                events().forEach((name, event) -> table.append(line(phase, name, state, event))));
        String actual = table.toString();
        if (Boolean.getBoolean("brume.golden.write")) {
            Files.writeString(Path.of("src/test/resources/io/brume/node/instance", GOLDEN), actual);
        }
        assertThat(actual).isEqualTo(golden());
    }

    private static String line(Phase phase, String name, InstanceState state, InstanceEvent event) {
        Plan plan = InstancePlanner.next(state, event);
        String steps =
                plan.steps().isEmpty() ? "" : plan.steps().getFirst().toString().replace("[]", "");
        String cause =
                plan.state().phase() == Phase.STOPPED
                        ? plan.state().cause().map(one -> " by " + one).orElse("")
                        : "";
        return "%-9s %-27s %-9s%s %s"
                        .formatted(phase, name, plan.state().phase(), cause, steps)
                        .stripTrailing()
                + "\n";
    }

    private static String golden() throws IOException {
        try (InputStream in = InstancePlannerTest.class.getResourceAsStream(GOLDEN)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aStartIsTriedThreeTimesAndThenReported() {
        InstanceState state = requireNonNull(states().get(Phase.STARTING));
        var failed = new InstanceEvent.StartFailed("disk full", false);
        for (int attempt = 1; attempt <= 2; attempt++) {
            Plan plan = InstancePlanner.next(state, failed);
            assertThat(plan.steps()).containsExactly(new InstanceStep.Pause(attempt));
            state = InstancePlanner.next(plan.state(), new InstanceEvent.Retry()).state();
            assertThat(state.phase()).isEqualTo(Phase.STARTING);
        }
        Plan last = InstancePlanner.next(state, failed);
        assertThat(last.state().phase()).isEqualTo(Phase.FAILED);
        assertThat(last.state().reason()).isEqualTo("disk full");
        assertThat(InstancePlanner.next(last.state(), new InstanceEvent.Retry()).steps())
                .as("the same start is not tried again")
                .isEmpty();
        assertThat(
                        InstancePlanner.next(last.state(), wanted(9, Power.RUNNING, 2, 0, false))
                                .steps())
                .containsExactly(new InstanceStep.Start(2, 0));
    }

    @Test
    void aGuestThatIgnoresTheButtonIsEnded() {
        InstanceState stopping = requireNonNull(states().get(Phase.STOPPING));
        Plan overdue = InstancePlanner.next(stopping, new InstanceEvent.StopOverdue(1));
        assertThat(overdue.steps()).containsExactly(new InstanceStep.Kill(1));
        Plan killed = InstancePlanner.next(overdue.state(), new InstanceEvent.Killed(1));
        assertThat(killed.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(killed.state().cause()).isEqualTo(Optional.of(GuestExit.Cause.REQUESTED));
    }

    @Test
    void aStartThatWasStoppedInBetweenRunsAgain() {
        InstanceState up = requireNonNull(states().get(Phase.RUNNING));
        Plan down = InstancePlanner.next(up, wanted(5, Power.RUNNING, 2, 0, false));
        assertThat(down.steps()).containsExactly(new InstanceStep.PowerDown(1));
        Plan again = InstancePlanner.next(down.state(), exited(1));
        assertThat(again.steps()).containsExactly(new InstanceStep.Start(2, 0));
    }
}
