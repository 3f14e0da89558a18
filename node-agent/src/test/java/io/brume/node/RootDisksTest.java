package io.brume.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.instance.GuestExit;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.InstanceSpec.Power;
import io.brume.proto.node.v1.VolumeFill;
import io.brume.proto.node.v1.VolumeObservation.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How instances come to their root disks, and volumes to their first contents. */
@Timeout(60)
class RootDisksTest {
    private static final String INSTANCE = "i-0123456789abcdef0";
    private static final String ROOT = KeptHost.rootOf(INSTANCE);
    private static final String DATA = "vol-data";
    private static final String IMAGE = "ami-0123456789abcdef0";
    private static final String HIDDEN = "vol-hidden";
    private static final String COPY = "vol-copy";

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
    void aGuestWaitsForEachOfItsVolumes() throws Exception {
        host.wantInstance(INSTANCE, Power.POWER_RUNNING, 1, List.of(DATA));
        host.awaitInstance(INSTANCE, seen -> seen.getReason().contains(ROOT));
        host.wantRoot(INSTANCE);
        host.awaitInstance(INSTANCE, seen -> seen.getReason().contains(DATA));
        assertThat(host.hypervisor.guests()).isEmpty();
        long forAnother =
                host.want(
                        Desired.newBuilder()
                                .setVolume(KeptHost.volume(DATA).setInstanceId("i-another")));
        host.awaitVolume(DATA, forAnother, Phase.PHASE_SERVING);
        assertThat(host.hypervisor.guests()).isEmpty();
        host.want(Desired.newBuilder().setVolume(KeptHost.volume(DATA).setInstanceId(INSTANCE)));
        host.awaitInstance(INSTANCE, KeptHost::isRunning);
        assertThat(host.hypervisor.holders(ROOT)).containsExactly(INSTANCE);
        assertThat(host.hypervisor.holders(DATA)).containsExactly(INSTANCE);
        assertThat(KeptHost.events(folder))
                .as("it had them from the start")
                .containsExactly("start " + INSTANCE + " 1");
    }

    @Test
    void nothingStartsWithoutARootOrWithAnUnknownBootMode() throws Exception {
        var spec =
                InstanceSpec.newBuilder()
                        .setInstanceId(INSTANCE)
                        .setPower(Power.POWER_RUNNING)
                        .setRunEpoch(1)
                        .setVcpus(1)
                        .setMemoryMib(128);
        host.want(Desired.newBuilder().setInstance(spec.setBootMode("bios")));
        host.awaitInstance(INSTANCE, seen -> failed(seen, "no root volume"));
        host.want(Desired.newBuilder().setInstance(spec.setBootMode("by-hand").setRunEpoch(2)));
        host.awaitInstance(INSTANCE, seen -> failed(seen, "by-hand"));
    }

    @Test
    void aKernelComesFromItsImageAndTheRestFromTheRoot() throws Exception {
        host.wantRoot(INSTANCE);
        var spec =
                InstanceSpec.newBuilder()
                        .setInstanceId(INSTANCE)
                        .setPower(Power.POWER_RUNNING)
                        .setRunEpoch(1)
                        .setVcpus(1)
                        .setMemoryMib(128)
                        .setBootMode("direct")
                        .setImageId(IMAGE);
        host.want(Desired.newBuilder().setInstance(spec));
        host.awaitInstance(INSTANCE, seen -> seen.getReason().contains("waiting for the image"));
        host.wantImage(IMAGE, false);
        host.awaitInstance(INSTANCE, seen -> failed(seen, "brings no kernel"));
    }

    private static boolean failed(InstanceObservation seen, String reason) {
        return seen.getPhase() == InstanceObservation.Phase.PHASE_FAILED
                && seen.getReason().contains(reason);
    }

    @Test
    void theVolumesOfATerminatedInstanceAreLetGo() throws Exception {
        host.run(INSTANCE);
        host.wantInstance(INSTANCE, Power.POWER_ABSENT, 1, List.of());
        host.awaitInstance(
                INSTANCE, seen -> seen.getPhase() == InstanceObservation.Phase.PHASE_ABSENT);
        assertThat(host.hypervisor.holders(ROOT)).isEmpty();
        host.release(ROOT);
        await().atMost(KeptHost.SOON).until(() -> host.ledger.entry(ROOT).isEmpty());
        assertThat(host.volumes.status(ROOT)).isEmpty();
    }

    @Test
    void aStoppedInstanceStartsFromTheSameVolumes() throws Exception {
        host.run(INSTANCE);
        host.hypervisor.end(INSTANCE, GuestExit.Cause.GUEST, "");
        host.awaitInstance(
                INSTANCE, seen -> seen.getPhase() == InstanceObservation.Phase.PHASE_STOPPED);
        host.wantInstance(INSTANCE, Power.POWER_RUNNING, 2, List.of());
        host.awaitInstance(INSTANCE, seen -> KeptHost.isRunning(seen) && seen.getRunEpoch() == 2);
        assertThat(host.hypervisor.holders(ROOT)).containsExactly(INSTANCE);
    }

    @Test
    void aVolumeGetsAnImagesContentsAndTheFileGoes() throws Exception {
        long wanted = wantFilled(HIDDEN, VolumeFill.newBuilder().setImageId(IMAGE));
        host.awaitVolume(HIDDEN, wanted, Phase.PHASE_SERVING);
        assertThat(host.seen(HIDDEN).getFill().getDone()).isFalse();
        host.wantImage(IMAGE, true);
        awaitFilled(HIDDEN);
        assertThat(host.seen(HIDDEN).getFill().getPercent()).isEqualTo(100);
        assertThat(host.seen(HIDDEN).getGeneration()).isEqualTo(wanted);
        host.wantImage(IMAGE, false);
        await().atMost(KeptHost.SOON)
                .until(() ->
                        host.images.images().values().stream()
                                .allMatch(image -> image.disk().isEmpty()));
        assertThat(host.image(IMAGE).getPhase()).isEqualTo(ImageObservation.Phase.PHASE_READY);
        end();
        begin();
        host.awaitVolume(HIDDEN, wanted, Phase.PHASE_SERVING);
        assertThat(host.seen(HIDDEN).getFill().getDone())
                .as("a new agent knows, and needs no image")
                .isTrue();
    }

    @Test
    void aVolumeIsFilledFromAnotherOnceThatIsFilledItself() throws Exception {
        wantFilled(COPY, VolumeFill.newBuilder().setVolumeId(HIDDEN));
        wantFilled(HIDDEN, VolumeFill.newBuilder().setImageId(IMAGE));
        host.wantImage(IMAGE, true);
        awaitFilled(HIDDEN);
        awaitFilled(COPY);
    }

    @Test
    void nobodyGetsAVolumeBeforeItsContents() throws Exception {
        host.want(
                Desired.newBuilder()
                        .setVolume(
                                KeptHost.volume(ROOT)
                                        .setInstanceId(INSTANCE)
                                        .setFill(VolumeFill.newBuilder().setImageId(IMAGE))));
        host.wantInstance(INSTANCE, Power.POWER_RUNNING, 1, List.of());
        host.awaitInstance(INSTANCE, seen -> seen.getReason().contains(ROOT));
        assertThat(host.hypervisor.guests()).isEmpty();
        host.wantImage(IMAGE, true);
        host.awaitInstance(INSTANCE, KeptHost::isRunning);
        assertThat(host.seen(ROOT).getFill().getDone()).isTrue();
    }

    @Test
    void whatCannotBeFilledSaysWhyUntilItIsWantedAnew() throws Exception {
        wantFilled(HIDDEN, VolumeFill.newBuilder());
        await().atMost(KeptHost.SOON)
                .until(() -> !host.seen(HIDDEN).getFill().getFailure().isEmpty());
        assertThat(host.seen(HIDDEN).getFill().getDone()).isFalse();
        wantFilled(HIDDEN, VolumeFill.newBuilder().setImageId(IMAGE));
        host.wantImage(IMAGE, true);
        awaitFilled(HIDDEN);
        assertThat(host.seen(HIDDEN).getFill().getFailure()).isEmpty();
        host.release(HIDDEN);
        await().atMost(KeptHost.SOON).until(() -> host.ledger.entry(HIDDEN).isEmpty());
    }

    private long wantFilled(String volumeId, VolumeFill.Builder fill) throws IOException {
        return host.want(Desired.newBuilder().setVolume(KeptHost.volume(volumeId).setFill(fill)));
    }

    private void awaitFilled(String volumeId) {
        await().atMost(KeptHost.SOON).until(() -> host.seen(volumeId).getFill().getDone());
    }
}
