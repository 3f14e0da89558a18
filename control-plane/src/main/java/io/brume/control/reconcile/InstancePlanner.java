package io.brume.control.reconcile;

import io.brume.control.domain.StateReason;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.InstanceState.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides what an instance's host should do, and what its word means for the instance. Pure. */
final class InstancePlanner {
    private InstancePlanner() {}

    /** How long a host is waited for before it is given up, when a user wants that. */
    static final Duration HOST_PATIENCE = Duration.ofSeconds(15);

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

    /** Whether what an instance's image is made of may be cut: its guest is down. */
    static boolean isDownForImage(Instance instance, Optional<Observation> seen) {
        if (instance.imaging().isEmpty()) {
            return false;
        }
        return switch (instance.state()) {
            case STOPPED -> true;
            case RUNNING ->
                    seen.filter(word -> word.phase() == Phase.STOPPED)
                            .filter(word -> word.runEpoch() == instance.runEpoch())
                            .isPresent();
            case PENDING, STOPPING, SHUTTING_DOWN, TERMINATED -> false;
        };
    }

    /** What the host should do; empty when it need not have the instance at all. */
    static Optional<Power> power(Instance instance) {
        return switch (instance.state()) {
            case RUNNING ->
                    Optional.of(instance.imaging().isPresent() ? Power.STOPPED : Power.RUNNING);
            case PENDING -> Optional.of(Power.RUNNING);
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
            // It is down for its image, and users see it running, as on AWS.
            case RUNNING -> instance.imaging().isPresent() ? instance : exited(instance, seen, now);
            case PENDING -> exited(instance, seen, now);
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

    /**
     * An instance that a user wants down, whose host is away: its host is given up, and it is down
     * once nothing of that host can reach its volumes any more. The same one when that changes
     * nothing.
     *
     * @param hostAway how long its host has had no session; empty when it has one
     * @param fenced whether its volumes are out of reach of a host that was given up
     */
    static Instance givenUp(
            Instance instance, Optional<Duration> hostAway, boolean fenced, Instant now) {
        boolean lost =
                instance.node().isEmpty()
                        || hostAway.filter(away -> away.compareTo(HOST_PATIENCE) >= 0).isPresent();
        if (!lost) {
            return instance;
        }
        return switch (instance.state()) {
            case STOPPING -> {
                if (!instance.forceStop()) {
                    yield instance;
                }
                yield instance.node().isEmpty() && fenced
                        ? instance.edit().apply(Event.STOPPED).stoppedAt(now).done()
                        : instance.edit().noNode().done();
            }
            // Its volumes are fenced, or go, by themselves.
            case SHUTTING_DOWN ->
                    instance.edit().noNode().apply(Event.GONE).terminatedAt(now).done();
            case PENDING, RUNNING, STOPPED, TERMINATED -> instance;
        };
    }

    /** A launch whose volumes cannot be made leaves nothing behind. */
    static Instance withoutVolume(Instance instance, String problem) {
        return instance.state() == InstanceState.PENDING
                ? instance.edit()
                        .apply(Event.TERMINATE_REQUESTED)
                        .reason(StateReason.serverError(problem))
                        .transitionReason("Server.InternalError")
                        .done()
                : instance;
    }

    private static String words(String reason) {
        return reason.isEmpty() ? "the hypervisor process ended" : reason;
    }
}
