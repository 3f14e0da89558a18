package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.ReservationId;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.reconcile.InstancePlanner.Cause;
import io.brume.control.reconcile.InstancePlanner.Observation;
import io.brume.control.reconcile.InstancePlanner.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InstancePlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void aHostThatRunsItMakesAPendingInstanceRunning() {
        assertThat(after(instance(InstanceState.PENDING, false), Phase.RUNNING, 1).state())
                .isEqualTo(InstanceState.RUNNING);
    }

    @Test
    void aHostIsGivenUpOnlyWhenItIsAwayForLongAndAUserWantsThat() {
        var away = Optional.of(InstancePlanner.HOST_PATIENCE);
        for (var state : InstanceState.values()) {
            var here = instance(state, false);
            assertThat(InstancePlanner.givenUp(here, Optional.empty(), true, NOW)).isSameAs(here);
            assertThat(
                            InstancePlanner.givenUp(
                                    here, away.map(time -> time.minusMillis(1)), true, NOW))
                    .isSameAs(here);
        }
        assertThat(InstancePlanner.givenUp(instance(InstanceState.RUNNING, false), away, true, NOW))
                .matches(one -> one.state() == InstanceState.RUNNING && one.node().isPresent());
        var waits = instance(InstanceState.STOPPING, false);
        assertThat(InstancePlanner.givenUp(waits, away, true, NOW)).isSameAs(waits);
    }

    @Test
    void aForcedStopEndsWhenTheVolumesAreOutOfReachOfTheLostHost() {
        var away = Optional.of(InstancePlanner.HOST_PATIENCE);
        var forced = instance(InstanceState.STOPPING, false).edit().forceStop(true).done();

        var alone = InstancePlanner.givenUp(forced, away, true, NOW);
        assertThat(alone.node()).isEmpty();
        assertThat(alone.state()).isEqualTo(InstanceState.STOPPING);
        assertThat(InstancePlanner.givenUp(alone, Optional.empty(), false, NOW)).isEqualTo(alone);

        var down = InstancePlanner.givenUp(alone, Optional.empty(), true, NOW);
        assertThat(down.state()).isEqualTo(InstanceState.STOPPED);
        assertThat(down.stoppedAt()).contains(NOW);
    }

    @Test
    void whatIsToBeTerminatedEndsWithItsLostHost() {
        var gone =
                InstancePlanner.givenUp(
                        instance(InstanceState.SHUTTING_DOWN, false),
                        Optional.of(InstancePlanner.HOST_PATIENCE),
                        false,
                        NOW);
        assertThat(gone.state()).isEqualTo(InstanceState.TERMINATED);
        assertThat(gone.node()).isEmpty();
    }

    @Test
    void aLaunchWithoutItsVolumesLeavesNothingBehind() {
        var failed =
                InstancePlanner.withoutVolume(instance(InstanceState.PENDING, false), "no room");
        assertThat(failed.state()).isEqualTo(InstanceState.SHUTTING_DOWN);
        assertThat(failed.stateReason().orElseThrow().message()).contains("no room");
    }

    @Test
    void wordOfAnEarlierStartMeansNothing() {
        var restarted = instance(InstanceState.PENDING, false).edit().nextRun(NOW).done();

        assertThat(after(restarted, Phase.RUNNING, 1)).isSameAs(restarted);
        assertThat(after(restarted, Phase.STOPPED, 1)).isSameAs(restarted);
    }

    @Test
    void aGuestsOwnShutdownStopsOrTerminatesAsItsOwnerChose() {
        var stays = observe(instance(InstanceState.RUNNING, false), Phase.STOPPED, Cause.GUEST);
        var goes = observe(instance(InstanceState.RUNNING, true), Phase.STOPPED, Cause.GUEST);

        assertThat(stays.state()).isEqualTo(InstanceState.STOPPED);
        assertThat(stays.stateReason()).contains(StateReason.GUEST_SHUTDOWN);
        assertThat(goes.state()).isEqualTo(InstanceState.SHUTTING_DOWN);
    }

    @Test
    void aDeadHypervisorIsTheServersFault() {
        var dead = observe(instance(InstanceState.RUNNING, false), Phase.STOPPED, Cause.HYPERVISOR);

        assertThat(dead.state()).isEqualTo(InstanceState.STOPPED);
        assertThat(dead.stateReason().orElseThrow().code()).isEqualTo("Server.InternalError");
    }

    @Test
    void aHostThatComesBackStartsItsInstancesAgain() {
        var again =
                observe(instance(InstanceState.RUNNING, false), Phase.STOPPED, Cause.HOST_RESTART);

        assertThat(again.state()).isEqualTo(InstanceState.PENDING);
        assertThat(again.runEpoch()).isEqualTo(2);
    }

    @Test
    void aFailedLaunchGoesAndAFailedStartStops() {
        var launch =
                observe(instance(InstanceState.PENDING, false), Phase.FAILED, Cause.HYPERVISOR);
        var second = instance(InstanceState.PENDING, false).edit().nextRun(NOW).done();
        var start =
                InstancePlanner.observe(
                        second, new Observation(Phase.FAILED, 2, Cause.HYPERVISOR, "no"), NOW);

        assertThat(launch.state()).isEqualTo(InstanceState.SHUTTING_DOWN);
        assertThat(start.state()).isEqualTo(InstanceState.STOPPED);
    }

    @Property(tries = 2000)
    void whateverAHostSaysATerminatedInstanceStaysAndATerminationIsNeverTakenBack(
            @ForAll InstanceState state, @ForAll("observations") List<Observation> seen) {
        var instance = instance(state, false);
        boolean going = state == InstanceState.SHUTTING_DOWN || state == InstanceState.TERMINATED;
        for (var observation : seen) {
            var before = instance;
            instance = InstancePlanner.observe(instance, observation, NOW);
            if (before.state() == InstanceState.TERMINATED) {
                assertThat(instance).isSameAs(before);
            }
            if (going) {
                assertThat(instance.state())
                        .isIn(InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED);
            }
            assertThat(instance.runEpoch()).isGreaterThanOrEqualTo(before.runEpoch());
            // Told the same twice, it is as if told once.
            assertThat(InstancePlanner.observe(instance, observation, NOW)).isEqualTo(instance);
            going |= instance.state() == InstanceState.SHUTTING_DOWN;
        }
    }

    @Provide
    Arbitrary<List<Observation>> observations() {
        return Combinators.combine(
                        Arbitraries.of(Phase.class),
                        Arbitraries.longs().between(1, 3),
                        Arbitraries.of(Cause.class))
                .as((phase, epoch, cause) -> new Observation(phase, epoch, cause, ""))
                .list()
                .ofMaxSize(12);
    }

    private static Instance after(Instance instance, Phase phase, long runEpoch) {
        return InstancePlanner.observe(
                instance, new Observation(phase, runEpoch, Cause.REQUESTED, ""), NOW);
    }

    private static Instance observe(Instance instance, Phase phase, Cause cause) {
        return InstancePlanner.observe(
                instance, new Observation(phase, instance.runEpoch(), cause, ""), NOW);
    }

    private static Instance instance(InstanceState state, boolean shutdownTerminates) {
        return new Instance(
                new InstanceId("i-00000000000000001"),
                new AccountId("123456789012"),
                new Instance.Launch(
                        new ReservationId("r-00000000000000001"),
                        0,
                        NOW,
                        new ImageId("ami-00000000000000001"),
                        "x86_64",
                        "direct",
                        "",
                        "",
                        "/dev/xvda",
                        "us-east-1a",
                        new VpcId("vpc-00000000000000001"),
                        new SubnetId("subnet-00000000000000001"),
                        "",
                        "default",
                        Optional.empty()),
                new Instance.Settings(
                        "t3.micro",
                        "",
                        false,
                        false,
                        shutdownTerminates,
                        false,
                        false,
                        Instance.MetadataOptions.DEFAULT),
                state,
                Optional.empty(),
                "",
                Optional.of(new NodeId("node-00000000000000001")),
                List.of(),
                1,
                0,
                false,
                NOW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
