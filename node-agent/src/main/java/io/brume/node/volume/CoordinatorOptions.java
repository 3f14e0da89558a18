package io.brume.node.volume;

import java.time.Duration;

/**
 * A coordinator's times and rates.
 *
 * @param answerTimeout after which a replica that has not answered has failed
 * @param flushTimeout the same for what waits for its disk
 * @param retryFor how long a failed replica is tried again before it is reported
 * @param patience how long one may not have heard yet that it exists, at the first opening
 * @param lease how long reads go on without word from every in-sync replica; see the design page
 * @param heartbeat how long a replica is left alone
 * @param rebuildBytesPerSecond copied to a replica that is brought in step
 * @param rebuildBytesPerSecondBusy the same while clients use the volume
 * @param rebuildChunks copied at once
 * @param bufferBytes that a volume's own buffers take at most
 */
public record CoordinatorOptions(
        Duration answerTimeout,
        Duration flushTimeout,
        Duration retryFor,
        Duration patience,
        Duration lease,
        Duration heartbeat,
        long rebuildBytesPerSecond,
        long rebuildBytesPerSecondBusy,
        int rebuildChunks,
        long bufferBytes) {
    public static final CoordinatorOptions USUAL =
            new CoordinatorOptions(
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(250),
                    256L << 20,
                    64L << 20,
                    8,
                    64L << 20);

    /**
     * How long a new coordinator keeps back its first answers to changes: an older one, whose clock
     * may be slower, does not answer reads any more then.
     */
    Duration grace() {
        return lease.plus(lease.dividedBy(4));
    }
}
