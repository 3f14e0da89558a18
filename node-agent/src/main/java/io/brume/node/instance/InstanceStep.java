package io.brume.node.instance;

/** What is to be done next for an instance. Each ends in an event. */
sealed interface InstanceStep {
    /** Make its parts and start its guest; reports Started, StartWaits or StartFailed. */
    record Start(long runEpoch, long rebootEpoch) implements InstanceStep {}

    /** Ask its guest to shut down, and report StopOverdue when the time for it is over. */
    record PowerDown(long runEpoch) implements InstanceStep {}

    /** End its guest; reports Killed or StopFailed. */
    record Kill(long runEpoch) implements InstanceStep {}

    /** Reset its guest; reports Rebooted or RebootFailed. */
    record Reset(long rebootEpoch) implements InstanceStep {}

    /** Remove its guest and its metadata; reports Removed or RemoveFailed. */
    record Remove() implements InstanceStep {}

    /** Report Retry after a pause that grows with the failures. */
    record Pause(int failures) implements InstanceStep {}
}
