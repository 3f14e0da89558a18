package io.brume.node.instance;

import io.brume.node.instance.InstanceState.Phase;
import io.brume.node.instance.InstanceWant.Power;
import java.util.List;

/**
 * The life of an instance on this host as one pure function. The pairs of phase and event are
 * listed in the golden file {@code instance-transitions.txt}; the diagram is at {@link
 * InstanceState.Phase}.
 *
 * <p>What holds whatever the order of events: each run epoch is started successfully at most once;
 * nothing is started while a guest runs; a word of an older generation changes nothing; a wanted
 * removal ends in {@code ABSENT} as soon as the host lets it.
 */
final class InstancePlanner {
    /** How often a start is tried before the instance is reported as failed. */
    static final int MAX_START_ATTEMPTS = 3;

    /**
     * What follows from an event.
     *
     * @param steps at most one that acts, or a pause
     */
    record Plan(InstanceState state, List<InstanceStep> steps) {
        Plan {
            steps = List.copyOf(steps);
        }
    }

    private InstancePlanner() {}

    static Plan next(InstanceState state, InstanceEvent event) {
        return switch (event) {
            case InstanceEvent.Wanted(InstanceWant want) -> wanted(state, want);
            case InstanceEvent.Retry() -> settle(state);
            case InstanceEvent.Started(long epoch, long reboots) ->
                    state.phase() == Phase.STARTING
                            ? settle(state.started(epoch, reboots))
                            : stay(state);
            case InstanceEvent.StartWaits(String reason) ->
                    state.phase() == Phase.STARTING
                            ? new Plan(state.waiting(reason), List.of(new InstanceStep.Pause(0)))
                            : stay(state);
            case InstanceEvent.StartFailed(String reason, boolean lasting) ->
                    startFailed(state, reason, lasting);
            case InstanceEvent.Exited(GuestExit exit) -> exited(state, exit);
            case InstanceEvent.StopOverdue(long epoch) ->
                    state.phase() == Phase.STOPPING && state.runEpoch() == epoch
                            ? act(state, new InstanceStep.Kill(epoch))
                            : stay(state);
            case InstanceEvent.StopFailed(String reason) ->
                    state.phase() == Phase.STOPPING ? stumble(state, reason) : stay(state);
            case InstanceEvent.Killed(long epoch) ->
                    state.phase() == Phase.STOPPING && state.runEpoch() == epoch
                            ? settle(state.stopped(GuestExit.Cause.REQUESTED, ""))
                            : stay(state);
            case InstanceEvent.Rebooted(long epoch) ->
                    state.phase() == Phase.RUNNING && epoch > state.rebootEpoch()
                            ? settle(state.rebooted(epoch))
                            : stay(state);
            case InstanceEvent.RebootFailed(String reason) ->
                    state.phase() == Phase.RUNNING ? stumble(state, reason) : stay(state);
            case InstanceEvent.Removed() ->
                    state.phase() == Phase.REMOVING ? stay(state.in(Phase.ABSENT)) : stay(state);
            case InstanceEvent.RemoveFailed(String reason) ->
                    state.phase() == Phase.REMOVING ? stumble(state, reason) : stay(state);
        };
    }

    private static Plan wanted(InstanceState state, InstanceWant want) {
        InstanceWant held = state.want();
        if (held != null && want.generation() < held.generation()) {
            return stay(state);
        }
        return settle(state.wanting(want));
    }

    private static Plan startFailed(InstanceState state, String reason, boolean lasting) {
        InstanceWant want = state.want();
        if (state.phase() != Phase.STARTING || want == null) {
            return stay(state);
        }
        if (lasting || state.failures() + 1 >= MAX_START_ATTEMPTS) {
            return settle(state.failed(want.runEpoch(), reason));
        }
        return stumble(state, reason);
    }

    private static Plan exited(InstanceState state, GuestExit exit) {
        boolean known = state.phase() == Phase.RUNNING || state.phase() == Phase.STOPPING;
        if (!known || exit.runEpoch() != state.runEpoch()) {
            return stay(state);
        }
        boolean asked = state.phase() == Phase.STOPPING;
        return settle(
                state.stopped(asked ? GuestExit.Cause.REQUESTED : exit.cause(), exit.reason()));
    }

    /** What to do for the difference between how it is and how it is wanted. */
    private static Plan settle(InstanceState state) {
        InstanceWant want = state.want();
        if (want == null) {
            return stay(state);
        }
        return switch (want.power()) {
            case RUNNING -> settleRunning(state, want);
            case STOPPED -> settleStopped(state, want);
            case ABSENT ->
                    state.phase() == Phase.ABSENT
                            ? stay(state)
                            : act(state.in(Phase.REMOVING), new InstanceStep.Remove());
        };
    }

    private static Plan settleRunning(InstanceState state, InstanceWant want) {
        if (want.runEpoch() > state.runEpoch()) {
            return switch (state.phase()) {
                case NEW, STARTING, STOPPED, FAILED, ABSENT, REMOVING ->
                        act(
                                state.in(Phase.STARTING),
                                new InstanceStep.Start(want.runEpoch(), want.rebootEpoch()));
                case RUNNING, STOPPING -> stop(state, want);
            };
        }
        if (state.phase() == Phase.STOPPING) {
            return stop(state, want); // What was begun is brought to its end.
        }
        if (state.phase() == Phase.RUNNING && want.rebootEpoch() > state.rebootEpoch()) {
            return act(state, new InstanceStep.Reset(want.rebootEpoch()));
        }
        return stay(state);
    }

    private static Plan settleStopped(InstanceState state, InstanceWant want) {
        return switch (state.phase()) {
            case RUNNING, STOPPING -> stop(state, want);
            case NEW, STARTING, FAILED, REMOVING, ABSENT ->
                    stay(state.stopped(GuestExit.Cause.REQUESTED, state.reason()));
            case STOPPED -> stay(state);
        };
    }

    private static Plan stop(InstanceState state, InstanceWant want) {
        boolean force = want.power() == Power.STOPPED && want.force();
        if (force || (state.phase() == Phase.STOPPING && state.failures() > 0)) {
            InstanceState stopping =
                    state.phase() == Phase.STOPPING ? state : state.in(Phase.STOPPING);
            return act(stopping, new InstanceStep.Kill(state.runEpoch()));
        }
        if (state.phase() == Phase.STOPPING) {
            return stay(state);
        }
        return act(state.in(Phase.STOPPING), new InstanceStep.PowerDown(state.runEpoch()));
    }

    private static Plan stumble(InstanceState state, String reason) {
        InstanceState stumbled = state.stumbled(reason);
        return act(stumbled, new InstanceStep.Pause(stumbled.failures()));
    }

    private static Plan act(InstanceState state, InstanceStep step) {
        return new Plan(state, List.of(step));
    }

    private static Plan stay(InstanceState state) {
        return new Plan(state, List.of());
    }
}
