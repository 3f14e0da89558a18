package io.brume.storage.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.SnapshotSpec;
import io.brume.session.Observations;
import io.brume.session.SessionHost.Change;
import io.brume.storage.block.BlockStore;
import io.brume.storage.block.InMemoryBlockStore;
import io.brume.storage.block.InMemoryReplica;
import io.brume.storage.wire.Grants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ReplicaKeeperTest {
    private static final long GIB = 1L << 30;

    @TempDir Path folder;
    private final InMemoryBlockStore store = new InMemoryBlockStore();
    private final Grants grants = new Grants();
    private final Observations observations = new Observations();
    private final AtomicLong nanos = new AtomicLong();
    private final Time time =
            new Time() {
                @Override
                public Instant now() {
                    return Instant.EPOCH;
                }

                @Override
                public long nanos() {
                    return nanos.get();
                }
            };
    private ReplicaKeeper keeper;

    @BeforeEach
    void start() throws Exception {
        keeper = new ReplicaKeeper(store, grants, observations, folder, time);
    }

    @AfterEach
    void stop() throws Exception {
        keeper.close();
    }

    private static Desired replica(String id, long generation, long epoch, long size) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setReplica(
                        ReplicaSpec.newBuilder()
                                .setVolumeId(id)
                                .setEpoch(epoch)
                                .setSizeBytes(size)
                                .setWriterNodeId("i-agent"))
                .build();
    }

    private static Desired snapshot(String id) {
        return Desired.newBuilder()
                .setGeneration(1)
                .setSnapshot(SnapshotSpec.newBuilder().setSnapshotId(id).setVolumeId("vol-1"))
                .build();
    }

    private ReplicaObservation seen(String id) {
        return latest(id).getReplica();
    }

    private NodeMessage latest(String id) {
        return observations.latest(id).orElseThrow();
    }

    @Test
    void makesGrowsAndHandsOver() throws Exception {
        keeper.changed(List.of(new Change.Wanted(replica("vol-1", 1, 1, GIB))));
        InMemoryReplica made = store.known("vol-1");
        assertThat(made.sizeBytes()).isEqualTo(GIB);
        assertThat(made.epoch()).isEqualTo(1);
        assertThat(seen("vol-1").getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_READY);
        keeper.changed(List.of(new Change.Wanted(replica("vol-1", 2, 5, 2 * GIB))));
        assertThat(store.known("vol-1")).isSameAs(made);
        assertThat(made.sizeBytes()).isEqualTo(2 * GIB);
        assertThat(made.epoch()).isEqualTo(5);
        assertThat(seen("vol-1").getGeneration()).isEqualTo(2);
        assertThat(seen("vol-1").getEpoch()).isEqualTo(5);
        assertThat(seen("vol-1").getSizeBytes()).isEqualTo(2 * GIB);
    }

    @Test
    void makesNoZerosOfWhatWasHere() throws Exception {
        Desired wanted = replica("vol-1", 1, 1, GIB);
        Desired known =
                wanted.toBuilder()
                        .setReplica(wanted.getReplica().toBuilder().setMustExist(true))
                        .build();
        keeper.changed(List.of(new Change.Wanted(known)));
        assertThat(store.replica("vol-1")).isEmpty();
        assertThat(seen("vol-1").getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_FAILED);
        assertThat(seen("vol-1").getReason()).contains("was here");
    }

    @Test
    void takesNoNoticeOfAnOlderWord() throws Exception {
        keeper.desired(List.of(replica("vol-1", 7, 4, GIB)));
        keeper.changed(List.of(new Change.Wanted(replica("vol-1", 6, 9, 2 * GIB))));
        assertThat(store.known("vol-1").epoch()).isEqualTo(4);
        assertThat(store.known("vol-1").sizeBytes()).isEqualTo(GIB);
    }

    @Test
    void deletesWhatIsReleasedAndWhatAWholeStateLeavesOut() throws Exception {
        keeper.desired(
                List.of(
                        replica("vol-1", 1, 1, GIB),
                        replica("vol-2", 1, 1, GIB),
                        replica("vol-3", 1, 1, GIB)));
        store.known("vol-1").cut(1, "snap-1");
        store.known("vol-1").cut(2, "snap-2");
        keeper.changed(List.of(new Change.Released("vol-2"), new Change.Released("snap-2")));
        assertThat(store.replicas()).containsOnlyKeys("vol-1", "vol-3");
        assertThat(store.snapshots()).containsOnlyKeys("snap-1");
        assertThat(seen("vol-2").getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_ABSENT);
        keeper.desired(List.of(replica("vol-1", 1, 1, GIB), snapshot("snap-1")));
        assertThat(store.replicas()).containsOnlyKeys("vol-1");
        assertThat(store.snapshots()).containsOnlyKeys("snap-1");
        keeper.desired(List.of());
        assertThat(store.replicas()).isEmpty();
        assertThat(store.snapshots()).isEmpty();
        assertThat(latest("snap-1").getSnapshot().getPhase())
                .isEqualTo(SnapshotObservation.Phase.PHASE_ABSENT);
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void keepsASnapshotWhoseWordMayStillCome() throws Exception {
        keeper.desired(List.of(replica("vol-1", 1, 1, GIB)));
        store.known("vol-1").cut(1, "snap-1");
        store.known("vol-1").cut(2, "snap-2");
        List<Desired> state = List.of(replica("vol-1", 1, 1, GIB));
        keeper.desired(state);
        nanos.addAndGet(ReplicaKeeper.STRAY_FOR.toNanos());
        keeper.desired(state);
        assertThat(store.snapshots()).containsOnlyKeys("snap-1", "snap-2");
        keeper.changed(List.of(new Change.Wanted(snapshot("snap-2"))));
        nanos.addAndGet(1);
        keeper.desired(List.of(state.getFirst(), snapshot("snap-2")));
        assertThat(store.snapshots()).containsOnlyKeys("snap-2");
    }

    @Test
    void tellsWhatItCannotDoAndTriesAgain() throws Exception {
        store.fail(Optional.of(new IOException("the disk is full")));
        keeper.changed(List.of(new Change.Wanted(replica("vol-1", 1, 1, GIB))));
        assertThat(seen("vol-1").getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_FAILED);
        assertThat(seen("vol-1").getReason()).contains("the disk is full");
        store.fail(Optional.empty());
        await().atMost(Duration.ofSeconds(10)).until(() -> store.replica("vol-1").isPresent());
        store.fail(Optional.of(new IOException("the disk is gone")));
        keeper.changed(List.of(new Change.Released("vol-1")));
        assertThat(seen("vol-1").getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_FAILED);
        store.fail(Optional.empty());
        await().atMost(Duration.ofSeconds(10)).until(() -> store.replica("vol-1").isEmpty());
        keeper.changed(List.of(new Change.Wanted(replica("vol-2", 1, 1, 1000))));
        assertThat(seen("vol-2").getReason()).contains("1000 bytes");
        keeper.changed(List.of(new Change.Wanted(replica("../vol", 1, 1, GIB))));
        assertThat(store.replicas()).isEmpty();
    }

    @Test
    void tellsOfAReplicaThatIsOfNoUseAnyMore() throws Exception {
        keeper.changed(List.of(new Change.Wanted(replica("vol-1", 1, 1, GIB))));
        store.known("vol-1").breakDown("the disk lies");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> seen("vol-1").getPhase() == ReplicaObservation.Phase.PHASE_FAILED);
        assertThat(seen("vol-1").getReason()).isEqualTo("the disk lies");
    }

    @Test
    void doesNotGoBackBehindTheReplicasEpoch() throws Exception {
        store.create("vol-1", GIB, Optional.empty()).raise(9);
        keeper.changed(List.of(new Change.Wanted(replica("vol-1", 1, 3, GIB))));
        assertThat(seen("vol-1").getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_FAILED);
        assertThat(seen("vol-1").getEpoch()).isEqualTo(9);
        keeper.changed(List.of(new Change.Wanted(replica("vol-1", 2, 10, GIB))));
        assertThat(seen("vol-1").getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_READY);
    }

    @Test
    void knowsAfterARestartWhatItWasTold() throws Exception {
        keeper.desired(List.of(replica("vol-1", 3, 2, GIB), replica("vol-2", 1, 1, GIB)));
        keeper.close();
        // Torn by a crash: the control plane will tell it again, and until then nothing is deleted.
        Files.write(folder.resolve("vol-2.desired"), new byte[] {-1, -1});
        var later = new Observations();
        keeper = new ReplicaKeeper(store, new Grants(), later, folder, time);
        ReplicaObservation seen = later.latest("vol-1").orElseThrow().getReplica();
        assertThat(seen.getGeneration()).isEqualTo(3);
        assertThat(seen.getPhase()).isEqualTo(ReplicaObservation.Phase.PHASE_READY);
        assertThat(store.replicas()).containsOnlyKeys("vol-1", "vol-2");
    }

    @Test
    void tellsHowFarASnapshotIs() throws Exception {
        keeper.desired(List.of(replica("vol-1", 1, 1, GIB), snapshot("snap-1")));
        store.preserve(new BlockStore.Snapshot("snap-1", "vol-1", 30, 120, 5000));
        keeper.changed(List.of());
        SnapshotObservation seen = latest("snap-1").getSnapshot();
        assertThat(seen.getPhase()).isEqualTo(SnapshotObservation.Phase.PHASE_PENDING);
        assertThat(seen.getPercent()).isEqualTo(25);
        assertThat(seen.getGeneration()).isEqualTo(1);
        store.preserve(new BlockStore.Snapshot("snap-1", "vol-1", 120, 120, 5000));
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        latest("snap-1").getSnapshot().getPhase()
                                == SnapshotObservation.Phase.PHASE_COMPLETED);
        assertThat(latest("snap-1").getSnapshot().getFullBytes()).isEqualTo(5000);
    }

    @Test
    void aReplicaOfASnapshotThatIsNotHereSaysSo() throws Exception {
        Desired wanted = replica("vol-2", 1, 1, GIB);
        wanted =
                wanted.toBuilder()
                        .setReplica(wanted.getReplica().toBuilder().setBaseSnapshotId("snap-9"))
                        .build();
        keeper.changed(List.of(new Change.Wanted(wanted)));
        assertThat(seen("vol-2").getReason()).contains("snap-9 is not here");
    }
}
