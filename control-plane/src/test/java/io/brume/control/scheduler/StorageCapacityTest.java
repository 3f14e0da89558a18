package io.brume.control.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.VolumeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StorageCapacityTest {
    private static final long GIB = 1L << 30;
    private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
    private static final NodeId A = new NodeId("node-0000000000000000a");
    private static final NodeId B = new NodeId("node-0000000000000000b");
    private static final Duration REPLACE_AFTER = Duration.ofMinutes(10);

    /** A clock that only the test moves. */
    private static final class TestTime implements Time {
        private long nanos;

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        void pass(Duration duration) {
            nanos += duration.toNanos();
        }
    }

    private final TestTime time = new TestTime();
    private final StorageCapacity capacity = new StorageCapacity(time, REPLACE_AFTER);

    private static StorageNodeView view(NodeId node, long freeBytes) {
        return new StorageNodeView(node, "a", node.value(), 100 * GIB, freeBytes, 0, true);
    }

    private StorageCapacity.Place place() {
        return capacity.hold(VOLUME, new ReplicaDemand("a", 3, GIB, Set.of(), Set.of()));
    }

    @Test
    void whoIsHereIsTakenAndWhoIsAwayIsCounted() {
        capacity.update(view(A, 50 * GIB));
        capacity.update(view(B, 50 * GIB));
        capacity.unavailable(B);
        time.pass(Duration.ofSeconds(1));
        assertThat(place().nodes()).containsExactly(A);
        assertThat(place().copies()).isEqualTo(2);
        time.pass(REPLACE_AFTER);
        assertThat(place().copies()).isEqualTo(1);
        capacity.update(view(B, 50 * GIB));
        assertThat(place().nodes()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void thoseThatHaveJustGoneAreTakenWhenNobodyIsHere() {
        capacity.update(view(A, 50 * GIB));
        capacity.unavailable(A);
        assertThat(place().nodes()).containsExactly(A);
        time.pass(StorageCapacity.RETURN_PATIENCE);
        capacity.unavailable(A);
        assertThat(place().nodes()).as("it has been away all the while").isEmpty();
    }

    @Test
    void oneThatIsHereAndServesNoBlocksIsNeverTaken() {
        capacity.update(view(A, 50 * GIB).withAvailable(false));
        assertThat(place().nodes()).isEmpty();
        assertThat(place().copies()).isZero();
    }

    @Test
    void aNewLeaderExpectsTheNodesOfTheRecord() {
        capacity.expect(A, "a", "host");
        assertThat(place().nodes()).containsExactly(A);
        capacity.update(view(A, 0));
        assertThat(place().nodes()).as("it is full").isEmpty();
        capacity.expect(A, "a", "host");
        assertThat(place().nodes()).as("it has been heard of").isEmpty();
    }
}
