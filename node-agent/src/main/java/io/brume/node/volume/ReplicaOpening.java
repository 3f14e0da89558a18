package io.brume.node.volume;

import java.util.List;

/**
 * How a replica is when it is opened.
 *
 * @param lastSequence it has this change and all before
 * @param suspect blocks were in flight when its node was cut off
 * @param cuts that it knows
 * @param tellsDamage it can be asked for its damaged blocks
 */
record ReplicaOpening(
        long sizeBytes,
        long lastSequence,
        boolean suspect,
        List<String> cuts,
        boolean tellsDamage) {
    ReplicaOpening {
        cuts = List.copyOf(cuts);
    }
}
