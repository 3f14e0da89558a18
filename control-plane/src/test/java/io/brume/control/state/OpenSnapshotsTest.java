package io.brume.control.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.OpenSnapshot;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.store.codec.OpenSnapshotTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OpenSnapshotsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String CHECKSUM = "Qib0wLZSCPxxAsnoZ1mqGTwYYUfxBvjcHbuEUOOwNdw=";
    private final Store store = MemoryStore.open();

    @AfterEach
    void close() {
        store.close();
    }

    private Snapshot open(int number) {
        var snapshot =
                new Snapshot(
                        new SnapshotId("snap-%017x".formatted(number)),
                        new AccountId("123456789012"),
                        Snapshot.OF_NO_VOLUME,
                        1,
                        "",
                        NOW,
                        SnapshotState.PENDING,
                        0,
                        true,
                        List.of(new NodeId("node-%017x".formatted(1))),
                        0,
                        Optional.empty(),
                        VolumePermissions.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        true);
        store.update(tx -> {
            Snapshots.put(tx, snapshot);
            OpenSnapshots.start(tx, snapshot.key(), new OpenSnapshot(Duration.ofMinutes(10), NOW));
        });
        return snapshot;
    }

    private void block(Snapshot snapshot, int index, Instant now) {
        store.update(tx -> OpenSnapshots.begin(tx, snapshot.key(), index, CHECKSUM, now));
        store.update(tx -> OpenSnapshots.finish(tx, snapshot.id(), index, CHECKSUM));
    }

    private Snapshot read(Snapshot snapshot) {
        return store.view(
                tx -> Objects.requireNonNull(tx.get(SnapshotTables.SNAPSHOTS, snapshot.key())));
    }

    private int rows() {
        return store.view(tx ->
                tx.scan(OpenSnapshotTables.OPEN_SNAPSHOTS, KeyRange.all(), 100_000).size()
                        + tx.scan(OpenSnapshotTables.WRITTEN_BLOCKS, KeyRange.all(), 100_000)
                                .size());
    }

    @Test
    void blocksComeInOrderPageByPage() {
        var snapshot = open(1);
        var other = open(2);
        block(other, 3, NOW);
        store.update(tx -> {
            for (int i = 0; i < 6000; i++) {
                OpenSnapshots.begin(tx, snapshot.key(), 2 * (6000 - i), CHECKSUM, NOW);
            }
        });
        block(snapshot, 4, NOW);
        List<Integer> seen = new ArrayList<>();
        List<Integer> everywhere = new ArrayList<>();
        OpenSnapshots.blocks(
                store,
                snapshot.id(),
                (block, index) -> {
                    seen.add(index);
                    if (block.everywhere()) {
                        everywhere.add(index);
                    }
                    assertThat(block.checksum()).isEqualTo(CHECKSUM);
                });
        assertThat(seen).hasSize(6000).isSorted();
        assertThat(everywhere).containsExactly(4);
    }

    @Test
    void whatNobodyWritesIsGivenUp() {
        var idle = open(1);
        var busy = open(2);
        block(idle, 0, NOW);
        block(busy, 0, NOW.plusSeconds(540));
        OpenSnapshots.sweep(store, NOW.plusSeconds(600));
        assertThat(read(idle).state())
                .as("give or take half a minute")
                .isEqualTo(SnapshotState.PENDING);
        OpenSnapshots.sweep(store, NOW.plusSeconds(631));
        assertThat(read(idle).state()).isEqualTo(SnapshotState.ERROR);
        assertThat(read(busy).state()).isEqualTo(SnapshotState.PENDING);
        assertThat(rows()).as("one snapshot and its block").isEqualTo(2);
        OpenSnapshots.sweep(store, NOW.plusSeconds(540 + 631));
        assertThat(read(busy).state()).isEqualTo(SnapshotState.ERROR);
        assertThat(rows()).isZero();
    }

    @Test
    void whatIsSettledIsForgotten() {
        var sealed = open(1);
        var deleted = open(2);
        var gone = open(3);
        for (var snapshot : List.of(sealed, deleted, gone)) {
            store.update(tx -> {
                for (int i = 0; i < 2 * OpenSnapshots.PAGE; i++) {
                    OpenSnapshots.begin(tx, snapshot.key(), i, CHECKSUM, NOW);
                }
            });
        }
        store.update(tx -> {
            Snapshots.put(tx, sealed.sealed());
            Snapshots.put(tx, deleted.apply(SnapshotState.Event.DELETE_REQUESTED));
            tx.delete(SnapshotTables.SNAPSHOTS, gone.key());
        });
        assertThat(store.<Integer>view(tx -> OpenSnapshots.count(tx, sealed.account())))
                .isEqualTo(3);
        OpenSnapshots.sweep(store, NOW);
        assertThat(rows()).isZero();
        assertThat(read(sealed).state()).isEqualTo(SnapshotState.PENDING);
    }
}
