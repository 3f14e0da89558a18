package io.brume.common.raft;

import java.time.Duration;

/**
 * How a group takes its time and space; members may differ.
 *
 * @param electionTimeout how long a leader may be silent, at least; twice that at most
 * @param checkpointEvery after how many entries the state is made durable and the log cut
 * @param segmentBytes the size of the log's files, which are removed as a whole
 */
public record RaftTuning(Duration electionTimeout, long checkpointEvery, int segmentBytes) {
    /** For a local network and local disks. */
    public static final RaftTuning DEFAULT =
            new RaftTuning(Duration.ofSeconds(1), 20_000, 32 * 1024 * 1024);

    public RaftTuning {
        if (electionTimeout.isNegative() || electionTimeout.isZero()) {
            throw new IllegalArgumentException("the election timeout must be above zero");
        }
        if (checkpointEvery < 1) {
            throw new IllegalArgumentException("checkpointEvery must be at least 1");
        }
        if (segmentBytes < 4096) {
            throw new IllegalArgumentException("segmentBytes must be at least 4096");
        }
    }
}
