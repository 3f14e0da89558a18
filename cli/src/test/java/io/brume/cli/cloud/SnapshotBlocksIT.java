package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The EBS direct APIs of a cloud with two storage nodes: no guest is needed to write a disk. */
@Timeout(240)
class SnapshotBlocksIT {
    @Test
    void snapshotsAreWrittenReadAndCompared() throws Exception {
        try (var cloud = Cloud.simulated()) {
            cloud.begin("up", "--storage-nodes=2").ok();
            assertThat(BlockProgram.run(cloud, "story").lines())
                    .as(cloud.logs())
                    .containsExactly(
                            "read True",
                            "child True",
                            "changed [9, 2047]",
                            "encrypted True True",
                            "orphan True");
        }
    }
}
