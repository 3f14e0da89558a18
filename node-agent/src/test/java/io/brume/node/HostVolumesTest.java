package io.brume.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.node.instance.GuestExit;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.OutsideSpec;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeObservation.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of a simulated host, from the control plane's word to the guest. */
@Timeout(60)
class HostVolumesTest {
    private static final String INSTANCE = "i-0123456789abcdef0";
    private static final String OTHER = "i-0123456789abcdef1";
    private static final String VOLUME = "vol-0123456789abcdef0";

    @TempDir private Path folder;
    private KeptHost host;

    @BeforeEach
    void begin() throws IOException {
        host = new KeptHost(folder);
    }

    @AfterEach
    void end() throws Exception {
        host.close();
    }

    @Test
    void aRunningGuestGetsItsVolumeAndLetsGoOfIt() throws Exception {
        host.run(INSTANCE);
        long given = wantVolume(INSTANCE, 1, false);
        awaitVolume(given, Phase.PHASE_SERVING);
        assertThat(host.hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
        long taken = wantVolume("", 1, false);
        awaitVolume(taken, Phase.PHASE_SERVING);
        assertThat(host.hypervisor.holders(VOLUME)).isEmpty();
        host.release(VOLUME);
        await().atMost(KeptHost.SOON).until(() -> host.ledger.entry(VOLUME).isEmpty());
        assertThat(host.volumes.status(VOLUME)).isEmpty();
        assertThat(host.observations.latest(VOLUME)).isEmpty();
    }

    @Test
    void aGuestStartsWithItsVolumesOnceTheyAreOpen() throws Exception {
        host.volumes.nodeDown("storage-1");
        wantVolume(INSTANCE, 1, false);
        host.wantRoot(INSTANCE);
        host.wantInstance(INSTANCE, InstanceSpec.Power.POWER_RUNNING, 1, List.of());
        host.awaitInstance(INSTANCE, seen -> seen.getReason().contains("vol-"));
        assertThat(host.hypervisor.guests()).isEmpty();
        host.volumes.nodeUp("storage-1");
        host.awaitInstance(INSTANCE, KeptHost::isRunning);
        assertThat(host.hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
    }

    @Test
    void itGoesFromOneGuestToAnother() throws Exception {
        host.run(INSTANCE);
        host.run(OTHER);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        awaitVolume(wantVolume(OTHER, 1, false), Phase.PHASE_SERVING);
        assertThat(host.hypervisor.holders(VOLUME)).containsExactly(OTHER);
    }

    @Test
    void aGuestThatDoesNotLetGoKeepsItUntilForced() throws Exception {
        host.run(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        host.hypervisor.cling(INSTANCE);
        awaitVolume(wantVolume("", 1, false), Phase.PHASE_DETACHING);
        assertThat(host.hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
        host.volumes.nodeDown("storage-1");
        await().atMost(KeptHost.SOON).until(() -> volume().getReason().contains("replica"));
        assertThat(volume().getPhase())
                .as("a guest that clings to it hides nothing of its replicas")
                .isEqualTo(Phase.PHASE_DETACHING);
        host.volumes.nodeUp("storage-1");
        awaitVolume(wantVolume("", 1, true), Phase.PHASE_SERVING);
        assertThat(host.hypervisor.holders(VOLUME)).isEmpty();
    }

    private long wantOutside() throws IOException {
        var authority = CertificateAuthority.create("clients", Time.system()).certificate();
        return host.want(
                Desired.newBuilder()
                        .setVolume(
                                KeptHost.volume(VOLUME)
                                        .setOutside(
                                                OutsideSpec.newBuilder()
                                                        .setUntilMillis(Long.MAX_VALUE)
                                                        .setAuthority(
                                                                ByteString.copyFrom(
                                                                        Certificates.encode(
                                                                                authority))))));
    }

    @Test
    void aClientFromOutsideIsLetInAndOutAgain() throws Exception {
        awaitVolume(wantOutside(), Phase.PHASE_SERVING);
        assertThat(volume().getOutside().getAddress()).isEqualTo("127.0.0.1:1");
        awaitVolume(wantVolume("", 1, false), Phase.PHASE_SERVING);
        assertThat(volume().hasOutside()).isFalse();
        assertThat(host.volumes.outside(VOLUME)).isEmpty();
    }

    @Test
    void aGuestLetsGoBeforeAClientFromOutsideIsLetInAndTheOtherWayRound() throws Exception {
        host.run(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        host.hypervisor.cling(INSTANCE);
        awaitVolume(wantOutside(), Phase.PHASE_DETACHING);
        assertThat(host.volumes.outside(VOLUME)).isEmpty();
        host.hypervisor.end(INSTANCE, GuestExit.Cause.HYPERVISOR, "killed");
        awaitVolume(wantOutside(), Phase.PHASE_SERVING);
        assertThat(host.volumes.outside(VOLUME)).isPresent();
        host.run(OTHER);
        awaitVolume(wantVolume(OTHER, 1, false), Phase.PHASE_SERVING);
        assertThat(host.volumes.outside(VOLUME)).isEmpty();
        assertThat(host.hypervisor.holders(VOLUME)).containsExactly(OTHER);
    }

    @Test
    void aNewAgentLetsTheClientFromOutsideInAgain() throws Exception {
        long given = wantOutside();
        awaitVolume(given, Phase.PHASE_SERVING);
        end();
        begin();
        awaitVolume(given, Phase.PHASE_SERVING);
        assertThat(host.volumes.outside(VOLUME)).isPresent();
        host.release(VOLUME);
        await().atMost(KeptHost.SOON).until(() -> host.volumes.outside(VOLUME).isEmpty());
    }

    @Test
    void anEndedGuestHoldsNothing() throws Exception {
        host.run(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        host.hypervisor.cling(INSTANCE);
        long taken = wantVolume("", 1, false);
        awaitVolume(taken, Phase.PHASE_DETACHING);
        host.hypervisor.end(INSTANCE, GuestExit.Cause.HYPERVISOR, "killed");
        awaitVolume(taken, Phase.PHASE_SERVING);
    }

    @Test
    void aNewAgentFindsTheGuestWithItsVolume() throws Exception {
        host.run(INSTANCE);
        long given = wantVolume(INSTANCE, 1, false);
        awaitVolume(given, Phase.PHASE_SERVING);
        end();
        begin();
        awaitVolume(given, Phase.PHASE_SERVING);
        assertThat(host.hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
    }

    @Test
    void whatIsNotWantedAnyMoreIsTakenFromItsGuestAfterARestart() throws Exception {
        host.run(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        host.hypervisor.cling(INSTANCE);
        host.ledger.record(
                List.of(
                        host.ledger.entry(VOLUME).orElseThrow().toBuilder()
                                .setReleased(true)
                                .build()));
        end();
        begin();
        await().atMost(KeptHost.SOON).until(() -> host.ledger.entry(VOLUME).isEmpty());
        assertThat(host.hypervisor.holders(VOLUME)).isEmpty();
        assertThat(host.hypervisor.guests()).containsKey(INSTANCE);
    }

    @Test
    void itGrowsAndItsReplicasAreReported() throws Exception {
        host.run(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        long grown = wantVolume(INSTANCE, 2, false);
        awaitVolume(grown, Phase.PHASE_SERVING);
        assertThat(volume().getSizeBytes()).isEqualTo(2L << 30);
        host.volumes.nodeDown("storage-2");
        await().atMost(KeptHost.SOON)
                .until(() -> volume().getFailedNodeIdsList().contains("storage-2"));
        assertThat(volume().getPhase()).isEqualTo(Phase.PHASE_SERVING);
    }

    private long wantVolume(String instanceId, long gibibytes, boolean force) throws IOException {
        return host.want(
                Desired.newBuilder()
                        .setVolume(
                                KeptHost.volume(VOLUME)
                                        .setSizeBytes(gibibytes << 30)
                                        .setInstanceId(instanceId)
                                        .setDeviceName("/dev/sdf")
                                        .setForceDetach(force)));
    }

    private VolumeObservation volume() {
        return host.seen(VOLUME);
    }

    private void awaitVolume(long about, Phase phase) {
        host.awaitVolume(VOLUME, about, phase);
    }
}
