package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several storage nodes on one machine: each has its own folder, token, process and life. */
@Timeout(240)
class StorageNodesIT {
    @Test
    void threeStorageNodesAreStartedWatchedAndRemoved() throws Exception {
        try (var cloud = Cloud.simulated()) {
            cloud.begin("up", "--storage-nodes=2").ok();
            assertThat(storageNodes(cloud)).hasSize(2);
            assertThat(cloud.brume("status").ok()).contains("storage-node-2");
            diesAndComesBack(cloud);
            assertThat(cloud.brume("restart", "storage-node-2").ok()).contains("done");
            assertThat(cloud.brume("logs", "storage-node-2").ok()).contains("In session with");
            assertThat(cloud.brume("logs", "storage-node-3").worked()).isFalse();
            assertThat(cloud.brume("up").ok()).contains("run already");
            assertThat(cloud.brume("up", "--storage-nodes=3").output()).contains("brume down");
            assertThat(cloud.brume("up", "--storage-nodes=10").worked()).isFalse();

            List<String> before = storageNodes(cloud);
            cloud.brume("down").ok();
            assertThat(cloud.brume("up", "--storage-nodes=1").output()).contains("would lose");
            cloud.brume("up", "--storage-nodes=3").ok();
            await().atMost(Duration.ofSeconds(20)).until(() -> storageNodes(cloud).size() == 3);
            assertThat(storageNodes(cloud)).containsAll(before);
            assertThat(Files.readString(cloud.data.resolve("cloud.conf")))
                    .contains("storage.nodes = 3");
            assertThat(cloud.data.resolve("bootstrap/storage-node-3.token")).doesNotExist();
            assertThat(cloud.data.resolve("bootstrap/storage-node-3.wanted")).doesNotExist();
        }
    }

    /** The ids of the storage nodes that are connected. */
    private static List<String> storageNodes(Cloud cloud) {
        return cloud.brume("node", "list")
                .ok()
                .lines()
                .filter(line -> line.contains("storage-node") && line.contains(" connected"))
                .map(line -> line.split("\\s+", 2)[0])
                .sorted()
                .toList();
    }

    private static void diesAndComesBack(Cloud cloud) throws IOException {
        List<String> before = storageNodes(cloud);
        long first = cloud.program("storage-node").pid();
        long second = cloud.program("storage-node-2").pid();
        cloud.kill("storage-node-2");
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> cloud.program("storage-node-2").pid() != second);
        cloud.awaitReady("storage-node-2");
        assertThat(cloud.program("storage-node").pid()).isEqualTo(first);
        assertThat(storageNodes(cloud)).isEqualTo(before);
    }
}
