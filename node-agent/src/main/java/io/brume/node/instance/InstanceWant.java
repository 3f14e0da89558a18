package io.brume.node.instance;

import static java.util.Objects.requireNonNull;

/**
 * How an instance is to be, as far as planning needs to know.
 *
 * @param generation a newer word has a higher one
 * @param runEpoch counts the starts: each is performed once
 * @param rebootEpoch counts the reboots asked for
 * @param force stop without asking the guest
 */
record InstanceWant(long generation, Power power, long runEpoch, long rebootEpoch, boolean force) {
    enum Power {
        RUNNING,
        STOPPED,
        ABSENT
    }

    InstanceWant {
        requireNonNull(power);
    }
}
