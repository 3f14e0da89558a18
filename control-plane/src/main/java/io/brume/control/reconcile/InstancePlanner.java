package io.brume.control.reconcile;

import io.brume.control.domain.StateReason;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.InstanceState.Event;
import java.time.Instant;
import java.util.Optional;

/** Decides what an instance's host should do, and what its word means for the instance. Pure. */
final class InstancePlanner {
    private InstancePlanner() {}

    /** How a host should have an instance. */
    enum Power {
        RUNNING,
        STOPPED,
        ABSENT
    }

    /** What a host can say of an instance. */
    enum Phase {
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED,
        FAILED,
        ABSENT
    }

    /** Who ended a guest. */
    enum Cause {
        REQUESTED,
        GUEST,
        HYPERVISOR,
        HOST_RESTART
    }

    /**
     * What a host said of an instance.
     *
     * @param runEpoch which start of it this is about
     * @param reason for people; empty when there is nothing to say
     */
    record Observation(Phase phase, long runEpoch, Cause cause, String reason) {}

    /** What the host should do; empty when it need not have the instance at all. */
    static Optional<Power> power(InstanceState state) {
        return switch (state) {
            case PENDING, RUNNING -> Optional.of(Power.RUNNING);
            case STOPPING, STOPPED -> Optional.of(Power.STOPPED);
            case SHUTTING_DOWN -> Optional.of(Power.ABSENT);
            case TERMINATED -> Optional.empty();
        };
    }

    /** The instance after its host's word; the same one when that changes nothing. */
    static Instance observe(Instance instance, Observation seen, Instant now) {
        if (seen.phase() == Phase.ABSENT) {
            return absent(instance, now);
        }
        if (seen.runEpoch() != instance.runEpoch()) {
            return instance;
        }
        return switch (seen.phase()) {
            case STARTING, STOPPING, ABSENT -> instance;
            case RUNNING -> running(instance);
            case STOPPED -> stopped(instance, seen, now);
            case FAILED -> failed(instance, seen, now);
        };
    }

    private static Instance running(Instance instance) {
        return instance.state() == InstanceState.PENDING
                ? instance.edit().apply(Event.STARTED).noReason().done()
                : instance;
    }

    private static Instance stopped(Instance instance, Observation seen, Instant now) {
        return switch (instance.state()) {
            case STOPPING -> instance.edit().apply(Event.STOPPED).stoppedAt(now).done();
            case PENDING, RUNNING -> exited(instance, seen, now);
            case STOPPED, SHUTTING_DOWN, TERMINATED -> instance;
        };
    }

    /** It ended although nobody asked Brume for it. */
    private static Instance exited(Instance instance, Observation seen, Instant now) {
        return switch (seen.cause()) {
            case GUEST ->
                    instance.settings().shutdownTerminates()
                            ? instance.edit()
                                    .apply(Event.TERMINATE_REQUESTED)
                                    .reason(StateReason.GUEST_SHUTDOWN)
                                    .transitionReason("")
                                    .done()
                            : down(instance, StateReason.GUEST_SHUTDOWN, now);
            case HYPERVISOR, REQUESTED ->
                    down(instance, StateReason.serverError(words(seen.reason())), now);
            // AWS starts the instances of a host that comes back by itself.
            case HOST_RESTART ->
                    instance.edit()
                            .apply(Event.GUEST_EXITED)
                            .apply(Event.START_REQUESTED)
                            .reason(StateReason.serverError("the host restarted"))
                            .nextRun(now)
                            .done();
        };
    }

    private static Instance failed(Instance instance, Observation seen, Instant now) {
        var reason = StateReason.serverError(words(seen.reason()));
        return switch (instance.state()) {
            // A launch that fails leaves nothing behind, as on AWS.
            case PENDING ->
                    instance.runEpoch() == 1
                            ? instance.edit()
                                    .apply(Event.TERMINATE_REQUESTED)
                                    .reason(reason)
                                    .transitionReason("Server.InternalError")
                                    .done()
                            : down(instance, reason, now);
            case RUNNING, STOPPING -> down(instance, reason, now);
            case STOPPED, SHUTTING_DOWN, TERMINATED -> instance;
        };
    }

    private static Instance down(Instance instance, StateReason reason, Instant now) {
        return instance.edit().apply(Event.GUEST_EXITED).reason(reason).stoppedAt(now).done();
    }

    private static Instance absent(Instance instance, Instant now) {
        return switch (instance.state()) {
            case SHUTTING_DOWN -> instance.edit().apply(Event.GONE).terminatedAt(now).done();
            case STOPPING -> instance.edit().apply(Event.STOPPED).stoppedAt(now).done();
            // Its host will make it, or makes it again: desired state says so.
            case PENDING, RUNNING, STOPPED, TERMINATED -> instance;
        };
    }

    private static String words(String reason) {
        return reason.isEmpty() ? "the hypervisor process ended" : reason;
    }
}
