package io.brume.node.instance;

/** Something that happened to an instance, or to a step that was taken for it. */
sealed interface InstanceEvent {
    /** There is a word on how it is to be. */
    record Wanted(InstanceWant want) implements InstanceEvent {}

    /** Its guest runs. */
    record Started(long runEpoch, long rebootEpoch) implements InstanceEvent {}

    /** The start waits for an image or a network. */
    record StartWaits(String reason) implements InstanceEvent {}

    /**
     * Its guest could not be started.
     *
     * @param lasting trying again is of no use
     */
    record StartFailed(String reason, boolean lasting) implements InstanceEvent {}

    /** Its guest's process ended, whoever ended it. */
    record Exited(GuestExit exit) implements InstanceEvent {}

    /** The time that the guest had to shut itself down is over. */
    record StopOverdue(long runEpoch) implements InstanceEvent {}

    /** Its guest could not be asked to stop, or not be ended. */
    record StopFailed(String reason) implements InstanceEvent {}

    /** Its guest was ended. */
    record Killed(long runEpoch) implements InstanceEvent {}

    record Rebooted(long rebootEpoch) implements InstanceEvent {}

    record RebootFailed(String reason) implements InstanceEvent {}

    /** Nothing is left of it. */
    record Removed() implements InstanceEvent {}

    record RemoveFailed(String reason) implements InstanceEvent {}

    /** Time to look again: a pause is over, or what was waited for may have come. */
    record Retry() implements InstanceEvent {}
}
