package io.brume.control.api.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.control.domain.snapshot.SnapshotId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class WritesUnderWayTest {
    private static final SnapshotId ONE = new SnapshotId("snap-0000000000000000a");
    private static final SnapshotId TWO = new SnapshotId("snap-0000000000000000b");
    private final WritesUnderWay writes = new WritesUnderWay(Time.system());

    @Test
    void aBlockIsWrittenByOneAtATime() {
        assertThat(writes.begin(ONE, 1)).isTrue();
        assertThat(writes.begin(ONE, 1)).isFalse();
        assertThat(writes.begin(ONE, 2)).isTrue();
        assertThat(writes.begin(TWO, 1)).isTrue();
        writes.end(ONE, 1);
        assertThat(writes.begin(ONE, 1)).isTrue();
    }

    @Test
    void sealingWaitsForWhatIsUnderWayAndLetsNothingBegin() throws Exception {
        assertThat(writes.begin(ONE, 1)).isTrue();
        assertThat(writes.seal(ONE, Duration.ofMillis(5))).isFalse();
        assertThat(writes.begin(ONE, 2)).as("it was given up").isTrue();
        writes.end(ONE, 2);
        var sealed = new CompletableFuture<Boolean>();
        Thread.startVirtualThread(() -> {
            try {
                sealed.complete(writes.seal(ONE, Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                sealed.completeExceptionally(e);
            }
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    boolean begun = writes.begin(ONE, 3);
                    if (begun) {
                        writes.end(ONE, 3);
                    }
                    return !begun;
                });
        assertThat(writes.begin(TWO, 3)).isTrue();
        assertThat(sealed).isNotDone();
        writes.end(ONE, 1);
        assertThat(sealed.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(writes.begin(ONE, 1)).isFalse();
        assertThat(writes.seal(ONE, Duration.ofSeconds(1))).as("another call does so").isFalse();
        writes.unseal(ONE);
        assertThat(writes.begin(ONE, 1)).isTrue();
    }
}
