package io.brume.node.instance;

import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceObservation.Phase;
import io.brume.proto.node.v1.InstanceObservation.StopCause;
import io.brume.proto.node.v1.InstanceSpec;
import org.jspecify.annotations.Nullable;

/** An instance in the words of the wire and of the planner. */
final class InstanceWire {
    /** Reasons are cut off here: they come from outside. */
    private static final int MAX_REASON_CHARACTERS = 1000;

    private InstanceWire() {}

    static InstanceWant want(Desired desired) {
        InstanceSpec spec = desired.getInstance();
        InstanceWant.Power power =
                switch (spec.getPower()) {
                    case POWER_RUNNING -> InstanceWant.Power.RUNNING;
                    case POWER_STOPPED -> InstanceWant.Power.STOPPED;
                    case POWER_ABSENT -> InstanceWant.Power.ABSENT;
                    case POWER_UNSPECIFIED, UNRECOGNIZED ->
                            throw new IllegalArgumentException(
                                    spec.getInstanceId() + " is wanted in no known power state");
                };
        return new InstanceWant(
                desired.getGeneration(),
                power,
                spec.getRunEpoch(),
                spec.getRebootEpoch(),
                spec.getForceStop());
    }

    static InstanceObservation observation(String instanceId, InstanceState state) {
        InstanceWant want = state.want();
        String reason = state.reason();
        return InstanceObservation.newBuilder()
                .setInstanceId(instanceId)
                .setGeneration(want == null ? 0 : want.generation())
                .setPhase(phase(state.phase()))
                .setRunEpoch(Math.max(0, state.runEpoch()))
                .setRebootEpoch(state.rebootEpoch())
                .setStopCause(cause(state.cause().orElse(null)))
                .setReason(
                        reason.length() > MAX_REASON_CHARACTERS
                                ? reason.substring(0, MAX_REASON_CHARACTERS)
                                : reason)
                .build();
    }

    private static Phase phase(InstanceState.Phase phase) {
        return switch (phase) {
            case NEW, STARTING -> Phase.PHASE_STARTING;
            case RUNNING -> Phase.PHASE_RUNNING;
            case STOPPING, REMOVING -> Phase.PHASE_STOPPING;
            case STOPPED -> Phase.PHASE_STOPPED;
            case FAILED -> Phase.PHASE_FAILED;
            case ABSENT -> Phase.PHASE_ABSENT;
        };
    }

    private static StopCause cause(GuestExit.@Nullable Cause cause) {
        if (cause == null) {
            return StopCause.STOP_CAUSE_UNSPECIFIED;
        }
        return switch (cause) {
            case REQUESTED -> StopCause.STOP_CAUSE_REQUESTED;
            case GUEST -> StopCause.STOP_CAUSE_GUEST;
            case HYPERVISOR -> StopCause.STOP_CAUSE_HYPERVISOR_EXIT;
            case HOST_RESTART -> StopCause.STOP_CAUSE_HOST_RESTART;
        };
    }

    static GuestExit.Cause cause(StopCause cause) {
        return switch (cause) {
            case STOP_CAUSE_REQUESTED, STOP_CAUSE_UNSPECIFIED, UNRECOGNIZED ->
                    GuestExit.Cause.REQUESTED;
            case STOP_CAUSE_GUEST -> GuestExit.Cause.GUEST;
            case STOP_CAUSE_HYPERVISOR_EXIT -> GuestExit.Cause.HYPERVISOR;
            case STOP_CAUSE_HOST_RESTART -> GuestExit.Cause.HOST_RESTART;
        };
    }
}
