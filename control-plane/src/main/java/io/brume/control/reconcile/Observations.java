package io.brume.control.reconcile;

import io.brume.control.reconcile.InstancePlanner.Cause;
import io.brume.control.reconcile.InstancePlanner.Observation;
import io.brume.control.reconcile.InstancePlanner.Phase;
import io.brume.proto.node.v1.InstanceObservation;

/** Reads what hosts say of instances. */
final class Observations {
    /** A host that has nothing of an instance. */
    static final Observation ABSENT = new Observation(Phase.ABSENT, 0, Cause.REQUESTED, "");

    private Observations() {}

    static Observation of(InstanceObservation seen) {
        return new Observation(
                phase(seen.getPhase()),
                seen.getRunEpoch(),
                cause(seen.getStopCause()),
                seen.getReason());
    }

    private static Phase phase(InstanceObservation.Phase phase) {
        return switch (phase) {
            case PHASE_STARTING -> Phase.STARTING;
            case PHASE_RUNNING -> Phase.RUNNING;
            case PHASE_STOPPING -> Phase.STOPPING;
            case PHASE_STOPPED -> Phase.STOPPED;
            case PHASE_FAILED -> Phase.FAILED;
            case PHASE_ABSENT -> Phase.ABSENT;
            // A newer agent's word that this version does not know changes nothing.
            case PHASE_UNSPECIFIED, UNRECOGNIZED -> Phase.STARTING;
        };
    }

    private static Cause cause(InstanceObservation.StopCause cause) {
        return switch (cause) {
            case STOP_CAUSE_GUEST -> Cause.GUEST;
            case STOP_CAUSE_HYPERVISOR_EXIT -> Cause.HYPERVISOR;
            case STOP_CAUSE_HOST_RESTART -> Cause.HOST_RESTART;
            case STOP_CAUSE_REQUESTED, STOP_CAUSE_UNSPECIFIED, UNRECOGNIZED -> Cause.REQUESTED;
        };
    }
}
