package io.brume.node.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.instance.InstancePlanner.Plan;
import io.brume.node.instance.InstanceState.Phase;
import io.brume.node.instance.InstanceWant.Power;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Random words, faults, restarts of the agent and delays against a model of one guest. */
class InstancePlannerPropertyTest {
    /** What there really is. */
    private static final class World {
        final Random random;
        final Set<Long> started = new HashSet<>();
        final Deque<InstanceEvent> later = new ArrayDeque<>();
        boolean running;
        boolean present;
        long epoch = -1;
        boolean faults = true;
        @Nullable GuestExit exit;
        Optional<InstanceObservation> reached = Optional.empty();

        World(long seed) {
            random = new Random(seed);
        }

        /** What the ledger keeps: the last phase that does not pass by itself. */
        void writeDown(InstanceState state) {
            switch (state.phase()) {
                case RUNNING, STOPPED, FAILED, ABSENT ->
                        reached = Optional.of(InstanceWire.observation("i-1", state));
                case NEW, STARTING, STOPPING, REMOVING -> {}
            }
        }

        private boolean fails() {
            return faults && random.nextInt(4) == 0;
        }

        void end(GuestExit.Cause cause) {
            if (running) {
                running = false;
                exit = new GuestExit("i-1", epoch, cause, "");
                later.add(new InstanceEvent.Exited(exit));
            }
        }

        @Nullable InstanceEvent take(InstanceStep step) {
            return switch (step) {
                case InstanceStep.Start(long runEpoch, long reboots) -> {
                    assertThat(running).as("a start while a guest runs").isFalse();
                    if (random.nextInt(8) == 0 && faults) {
                        yield new InstanceEvent.StartWaits("image");
                    }
                    if (fails()) {
                        yield new InstanceEvent.StartFailed("fault", random.nextInt(6) == 0);
                    }
                    assertThat(started.add(runEpoch)).as("start %s twice", runEpoch).isTrue();
                    running = true;
                    present = true;
                    epoch = runEpoch;
                    exit = null;
                    yield new InstanceEvent.Started(runEpoch, reboots);
                }
                case InstanceStep.PowerDown(long runEpoch) -> {
                    if (fails()) {
                        yield new InstanceEvent.StopFailed("fault");
                    }
                    if (random.nextBoolean()) {
                        end(GuestExit.Cause.GUEST);
                    }
                    later.add(new InstanceEvent.StopOverdue(runEpoch));
                    yield null;
                }
                case InstanceStep.Kill(long runEpoch) -> {
                    if (fails()) {
                        yield new InstanceEvent.StopFailed("fault");
                    }
                    end(GuestExit.Cause.REQUESTED);
                    yield new InstanceEvent.Killed(runEpoch);
                }
                case InstanceStep.Reset(long reboots) ->
                        fails() || !running
                                ? new InstanceEvent.RebootFailed("fault")
                                : new InstanceEvent.Rebooted(reboots);
                case InstanceStep.Remove() -> {
                    if (fails()) {
                        yield new InstanceEvent.RemoveFailed("fault");
                    }
                    end(GuestExit.Cause.REQUESTED);
                    present = false;
                    yield new InstanceEvent.Removed();
                }
                case InstanceStep.Pause(int failures) -> {
                    later.add(new InstanceEvent.Retry());
                    yield null;
                }
            };
        }
    }

    private static InstanceState apply(InstanceState from, InstanceEvent event, World world) {
        Deque<InstanceEvent> pending = new ArrayDeque<>();
        pending.add(event);
        InstanceState state = from;
        for (int i = 0; i < 100 && !pending.isEmpty(); i++) {
            Plan plan = InstancePlanner.next(state, pending.remove());
            state = plan.state();
            world.writeDown(state);
            for (InstanceStep step : plan.steps()) {
                InstanceEvent result = world.take(step);
                if (result != null) {
                    pending.add(result);
                }
            }
        }
        assertThat(pending).as("the steps come to an end").isEmpty();
        return state;
    }

    @Property(tries = 2000)
    void convergesAndNeverStartsTwice(@ForAll long seed) {
        var world = new World(seed);
        InstanceState state = InstanceState.fresh();
        long generation = 0;
        long runEpoch = 1;
        long reboots = 0;
        InstanceWant want = new InstanceWant(++generation, Power.RUNNING, runEpoch, 0, false);
        state = apply(state, new InstanceEvent.Wanted(want), world);
        for (int i = 0; i < 60; i++) {
            switch (world.random.nextInt(8)) {
                case 0 -> {
                    want =
                            new InstanceWant(
                                    ++generation,
                                    Power.STOPPED,
                                    runEpoch,
                                    reboots,
                                    world.random.nextBoolean());
                    state = apply(state, new InstanceEvent.Wanted(want), world);
                }
                case 1 -> {
                    want =
                            new InstanceWant(
                                    ++generation, Power.RUNNING, ++runEpoch, reboots, false);
                    state = apply(state, new InstanceEvent.Wanted(want), world);
                }
                case 2 -> {
                    want =
                            new InstanceWant(
                                    ++generation, Power.RUNNING, runEpoch, ++reboots, false);
                    state = apply(state, new InstanceEvent.Wanted(want), world);
                }
                case 3 -> world.end(GuestExit.Cause.HYPERVISOR);
                case 4 -> {
                    var old = new InstanceWant(generation - 1, Power.ABSENT, 0, 0, false);
                    state = apply(state, new InstanceEvent.Wanted(old), world);
                }
                case 5 -> {
                    state = restarted(world, want);
                    state = apply(state, new InstanceEvent.Wanted(want), world);
                }
                default -> {
                    InstanceEvent event = world.later.poll();
                    if (event != null) {
                        state = apply(state, event, world);
                    }
                }
            }
        }
        boolean remove = world.random.nextBoolean();
        want =
                new InstanceWant(
                        ++generation,
                        remove ? Power.ABSENT : Power.RUNNING,
                        runEpoch,
                        reboots,
                        false);
        world.faults = false;
        state = apply(state, new InstanceEvent.Wanted(want), world);
        for (int i = 0; i < 500; i++) {
            InstanceEvent event = world.later.poll();
            if (event == null) {
                break;
            }
            state = apply(state, event, world);
        }
        assertThat(world.later).isEmpty();
        if (remove) {
            assertThat(state.phase()).isEqualTo(Phase.ABSENT);
            assertThat(world.present).isFalse();
            assertThat(world.running).isFalse();
        } else {
            assertThat(state.runEpoch())
                    .as("the last start was performed or given up")
                    .isEqualTo(runEpoch);
            assertThat(state.phase()).isIn(Phase.RUNNING, Phase.STOPPED, Phase.FAILED);
            assertThat(world.running).isEqualTo(state.phase() == Phase.RUNNING);
            if (world.running) {
                assertThat(state.rebootEpoch()).isEqualTo(reboots);
            }
        }
    }

    /**
     * The agent died between two events: what waited is lost, what the host and ledger know is not.
     */
    private static InstanceState restarted(World world, InstanceWant want) {
        world.later.clear();
        var power =
                switch (want.power()) {
                    case RUNNING -> InstanceSpec.Power.POWER_RUNNING;
                    case STOPPED -> InstanceSpec.Power.POWER_STOPPED;
                    case ABSENT -> InstanceSpec.Power.POWER_ABSENT;
                };
        var spec =
                InstanceSpec.newBuilder()
                        .setPower(power)
                        .setRunEpoch(want.runEpoch())
                        .setRebootEpoch(want.rebootEpoch())
                        .build();
        Optional<GuestState> guest =
                world.present
                        ? Optional.of(
                                new GuestState(
                                        world.running,
                                        world.epoch,
                                        Optional.ofNullable(world.exit)))
                        : Optional.empty();
        return Adoption.adopt(guest, world.reached, Optional.of(spec));
    }
}
