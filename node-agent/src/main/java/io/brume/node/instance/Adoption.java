package io.brume.node.instance;

import io.brume.node.instance.InstanceState.Phase;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import java.util.Optional;

/**
 * How far an instance had come when the agent starts: from what the hypervisor still has of its
 * guest and what the ledger remembers. Pure.
 */
final class Adoption {
    private Adoption() {}

    /**
     * @param guest what the hypervisor has
     * @param reached what the ledger remembers
     * @param spec how it was last wanted
     */
    static InstanceState adopt(
            Optional<GuestState> guest,
            Optional<InstanceObservation> reached,
            Optional<InstanceSpec> spec) {
        InstanceState remembered = reached.map(Adoption::remembered).orElse(InstanceState.fresh());
        if (guest.isEmpty()) {
            return remembered.phase() == Phase.RUNNING
                    ? remembered.stopped(
                            GuestExit.Cause.HYPERVISOR, "nothing of the guest was found")
                    : remembered;
        }
        GuestState found = guest.get();
        boolean knownToHaveRun = remembered.runEpoch() >= found.runEpoch();
        if (found.running()) {
            long reboots =
                    knownToHaveRun
                            ? remembered.rebootEpoch()
                            : spec.map(InstanceSpec::getRebootEpoch).orElse(0L);
            return remembered.started(found.runEpoch(), reboots);
        }
        if (knownToHaveRun) {
            return remembered.phase() == Phase.RUNNING
                    ? ended(remembered, found, spec)
                    : remembered;
        }
        boolean ran =
                found.exit()
                        .filter(exit ->
                                exit.cause() == GuestExit.Cause.GUEST
                                        || exit.cause() == GuestExit.Cause.HOST_RESTART)
                        .isPresent();
        // Otherwise the agent died while it started the guest, and starts it again.
        return ran ? ended(remembered.started(found.runEpoch(), 0), found, spec) : remembered;
    }

    private static InstanceState ended(
            InstanceState state, GuestState found, Optional<InstanceSpec> spec) {
        boolean asked =
                spec.filter(wanted -> wanted.getPower() != InstanceSpec.Power.POWER_RUNNING)
                        .isPresent();
        if (asked) {
            return state.stopped(GuestExit.Cause.REQUESTED, "");
        }
        return found.exit()
                .map(exit -> state.stopped(exit.cause(), exit.reason()))
                .orElseGet(() ->
                        state.stopped(
                                GuestExit.Cause.HYPERVISOR,
                                "the guest ended while the agent was away"));
    }

    private static InstanceState remembered(InstanceObservation reached) {
        InstanceState base =
                InstanceState.fresh().started(reached.getRunEpoch(), reached.getRebootEpoch());
        return switch (reached.getPhase()) {
            case PHASE_RUNNING -> base;
            case PHASE_STOPPED ->
                    base.stopped(InstanceWire.cause(reached.getStopCause()), reached.getReason());
            case PHASE_FAILED -> base.failed(reached.getRunEpoch(), reached.getReason());
            case PHASE_ABSENT -> base.in(Phase.ABSENT);
            case PHASE_STARTING, PHASE_STOPPING, PHASE_UNSPECIFIED, UNRECOGNIZED ->
                    InstanceState.fresh();
        };
    }
}
