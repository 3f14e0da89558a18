package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.reconcile.SnapshotPlanner.Moment;
import io.brume.control.reconcile.SnapshotPlanner.Phase;
import io.brume.control.reconcile.SnapshotPlanner.Places;
import io.brume.control.reconcile.SnapshotPlanner.Seen;
import io.brume.control.reconcile.SnapshotPlanner.Word;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What each word means, one by one. */
final class SnapshotPlannerTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final Moment MOMENT = new Moment(NOW, Duration.ofMinutes(10));
    private static final NodeId A = node(1);
    private static final NodeId B = node(2);
    private static final NodeId SPARE = node(4);
    private static final SnapshotId SOURCE = new SnapshotId("snap-0123456789abcdef1");
    private static final Places NOWHERE = _ -> Optional.empty();
    private static final Places SOMEWHERE =
            one -> one.nodes().contains(SPARE) ? Optional.empty() : Optional.of(SPARE);

    private static NodeId node(int number) {
        return new NodeId("node-%017x".formatted(number));
    }

    private static Snapshot snapshot(
            SnapshotState state, Optional<SnapshotId> copyOf, boolean open, NodeId... nodes) {
        return new Snapshot(
                new SnapshotId("snap-0123456789abcdef0"),
                new AccountId("123456789012"),
                copyOf.isPresent() || open
                        ? Snapshot.OF_NO_VOLUME
                        : new VolumeId("vol-0123456789abcdef0"),
                8,
                "",
                NOW,
                state,
                0,
                true,
                List.of(nodes),
                0,
                Optional.empty(),
                VolumePermissions.NONE,
                Optional.empty(),
                copyOf,
                open);
    }

    private static Snapshot completed(NodeId... nodes) {
        return snapshot(SnapshotState.COMPLETED, Optional.empty(), false, nodes);
    }

    private static Word says(Phase phase) {
        return new Word(phase, true, 40, 4096);
    }

    private static final Word UNNAMED = new Word(Phase.ABSENT, false, 0, 0);

    private static Seen seen(Map<NodeId, Word> words, Map<NodeId, Duration> away, Places places) {
        return new Seen(Optional.empty(), false, words, away, false, places);
    }

    private static Snapshot next(Snapshot snapshot, Seen seen) {
        return SnapshotPlanner.next(snapshot, seen, MOMENT).orElseThrow();
    }

    @Test
    void aCutThatANodeDoesNotNameIsLostThereAndACopyIsMadeAnew() {
        var words = Map.of(A, says(Phase.COMPLETED), B, UNNAMED);
        var cut = snapshot(SnapshotState.PENDING, Optional.empty(), false, A, B);
        assertThat(next(cut, seen(words, Map.of(), NOWHERE)).nodes()).containsExactly(A);
        var copy = snapshot(SnapshotState.PENDING, Optional.of(SOURCE), false, A, B);
        var after = next(copy, seen(words, Map.of(), NOWHERE));
        assertThat(after.nodes()).containsExactly(A, B);
        assertThat(after.state()).as("B has yet to make it").isEqualTo(SnapshotState.PENDING);
    }

    @Test
    void whatIsOpenIsCompleteOnlyWhenItIsClosed() {
        var words = Map.of(A, says(Phase.COMPLETED), B, says(Phase.FAILED));
        var open = snapshot(SnapshotState.PENDING, Optional.empty(), true, A, B);
        var after = next(open, seen(words, Map.of(), NOWHERE));
        assertThat(after.state()).isEqualTo(SnapshotState.PENDING);
        assertThat(after.nodes()).containsExactly(A);
    }

    @Test
    void aNodeThatIsAwayForTooLongIsReplaced() {
        var words = Map.of(A, says(Phase.COMPLETED));
        var soon = seen(words, Map.of(B, Duration.ofMinutes(9)), SOMEWHERE);
        assertThat(next(completed(A, B), soon).nodes()).containsExactly(A, B);
        var late = seen(words, Map.of(B, Duration.ofMinutes(10)), SOMEWHERE);
        var after = next(completed(A, B), late);
        assertThat(after.nodes()).containsExactly(A, SPARE);
        assertThat(after.state()).isEqualTo(SnapshotState.COMPLETED);
        assertThat(next(completed(A, B), seen(words, Map.of(B, Duration.ofDays(1)), NOWHERE)))
                .as("nobody can keep it instead")
                .isEqualTo(completed(A, B));
    }

    @Test
    void aNodeThatCannotKeepItIsReplacedWhileSomebodyHasIt() {
        var words = Map.of(A, says(Phase.COMPLETED), B, says(Phase.FAILED));
        assertThat(next(completed(A, B), seen(words, Map.of(), SOMEWHERE)).nodes())
                .containsExactly(A, SPARE);
        var none = Map.of(A, says(Phase.PENDING), B, says(Phase.FAILED));
        assertThat(next(completed(A, B), seen(none, Map.of(), SOMEWHERE)))
                .isEqualTo(completed(A, B));
        var away = seen(words, Map.of(A, Duration.ofSeconds(1)), SOMEWHERE);
        assertThat(next(completed(A, B), away))
                .as("who is away may have lost it")
                .isEqualTo(completed(A, B));
    }

    @Test
    void aDeletedOneStaysProtectedWhileItIsUsed() {
        var deleted = snapshot(SnapshotState.DELETED, Optional.empty(), false, A, B);
        var words = Map.of(A, says(Phase.COMPLETED));
        var away = Map.of(B, Duration.ofHours(1));
        var used = new Seen(Optional.empty(), false, words, away, true, SOMEWHERE);
        assertThat(next(deleted, used).nodes()).containsExactly(A, SPARE);
        assertThat(SnapshotPlanner.next(deleted, seen(words, away, SOMEWHERE), MOMENT)).isEmpty();
    }

    @Test
    void aNodeIsToldOfTheOthersOnceTheyHaveIt() {
        var nodes = List.of(storage(A), storage(B));
        var pending = snapshot(SnapshotState.PENDING, Optional.empty(), false, A, B);
        assertThat(SnapshotSpecs.of(pending, A, nodes))
                .satisfies(spec -> {
                    assertThat(spec.getVolumeId()).isEqualTo("vol-0123456789abcdef0");
                    assertThat(spec.getSourcesList()).isEmpty();
                    assertThat(spec.getSizeBytes()).isEqualTo(8L << 30);
                });
        assertThat(SnapshotSpecs.of(completed(A, B), A, nodes))
                .satisfies(spec -> {
                    assertThat(spec.getVolumeId()).isEmpty();
                    assertThat(spec.getCopyOf()).isEmpty();
                    assertThat(spec.getSourcesList())
                            .singleElement()
                            .satisfies(source -> {
                                assertThat(source.getNodeId()).isEqualTo(B.value());
                                assertThat(source.getAddress()).isEqualTo("b:7011");
                            });
                });
        var copy = snapshot(SnapshotState.PENDING, Optional.of(SOURCE), false, A, B);
        assertThat(SnapshotSpecs.of(copy, A, nodes))
                .satisfies(spec -> {
                    assertThat(spec.getCopyOf()).isEqualTo(SOURCE.value());
                    assertThat(spec.getVolumeId()).isEmpty();
                    assertThat(spec.getSourcesCount()).isEqualTo(1);
                });
        var open = snapshot(SnapshotState.PENDING, Optional.empty(), true, A, B);
        assertThat(SnapshotSpecs.of(open, A, nodes))
                .satisfies(spec -> {
                    assertThat(spec.getOpen()).isTrue();
                    assertThat(spec.getVolumeId()).isEmpty();
                    assertThat(spec.getSourcesList()).isEmpty();
                });
    }

    private static StorageNode storage(NodeId id) {
        return new StorageNode(id, "z", "h", "b:7010", "", "b:7011", Optional.empty());
    }
}
