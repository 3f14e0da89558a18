package io.brume.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.instance.GuestExit;
import io.brume.node.instance.InstanceOptions;
import io.brume.node.ledger.Ledger;
import io.brume.node.sim.SimulatedHypervisor;
import io.brume.node.sim.SimulatedImageStore;
import io.brume.node.sim.SimulatedNetwork;
import io.brume.node.sim.SimulatedVolumes;
import io.brume.node.sim.SimulationOptions;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.DiskSpec;
import io.brume.proto.node.v1.ImageSpec;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeObservation.Phase;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.session.Observations;
import io.brume.session.SessionHost.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
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
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir private Path folder;
    private SimulatedHypervisor hypervisor;
    private SimulatedVolumes volumes;
    private Observations observations;
    private Ledger ledger;
    private HostKeeper keeper;
    private long generation;

    @BeforeEach
    void begin() throws IOException {
        var options = SimulationOptions.lifelike(folder.resolve("host"));
        hypervisor = new SimulatedHypervisor(options);
        volumes = new SimulatedVolumes(options);
        observations = new Observations();
        ledger = Ledger.open(folder.resolve("ledger"));
        keeper =
                new HostKeeper(
                        "node-1",
                        new HostKeeper.Tools(
                                hypervisor,
                                new SimulatedNetwork(options),
                                new SimulatedImageStore(options),
                                volumes,
                                ledger,
                                observations,
                                NodeFacts::getDefaultInstance,
                                NodeObservation::getDefaultInstance,
                                new InstanceOptions(
                                        Duration.ofSeconds(2),
                                        Duration.ofMillis(20),
                                        Duration.ofSeconds(1),
                                        Duration.ofMillis(100),
                                        4),
                                new Random(1)));
        keeper.start();
    }

    @AfterEach
    void end() throws Exception {
        keeper.close();
        volumes.close();
        hypervisor.close();
        ledger.close();
    }

    @Test
    void aRunningGuestGetsItsVolumeAndLetsGoOfIt() throws Exception {
        running(INSTANCE);
        long given = wantVolume(INSTANCE, 1, false);
        awaitVolume(given, Phase.PHASE_SERVING);
        assertThat(hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
        long taken = wantVolume("", 1, false);
        awaitVolume(taken, Phase.PHASE_SERVING);
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
        keeper.changed(List.of(new Change.Released(VOLUME)));
        await().atMost(SOON).until(() -> ledger.entry(VOLUME).isEmpty());
        assertThat(volumes.status(VOLUME)).isEmpty();
        assertThat(observations.latest(VOLUME)).isEmpty();
    }

    @Test
    void aGuestStartsWithItsVolumesOnceTheyAreOpen() throws Exception {
        volumes.nodeDown("storage-1");
        wantVolume(INSTANCE, 1, false);
        wantInstance(INSTANCE, InstanceSpec.Power.POWER_RUNNING, 1);
        awaitInstance(INSTANCE, seen -> seen.getReason().contains(VOLUME));
        assertThat(hypervisor.guests()).isEmpty();
        volumes.nodeUp("storage-1");
        awaitInstance(INSTANCE, HostVolumesTest::isRunning);
        assertThat(hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
    }

    @Test
    void itGoesFromOneGuestToAnother() throws Exception {
        running(INSTANCE);
        running(OTHER);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        awaitVolume(wantVolume(OTHER, 1, false), Phase.PHASE_SERVING);
        assertThat(hypervisor.holders(VOLUME)).containsExactly(OTHER);
    }

    @Test
    void aGuestThatDoesNotLetGoKeepsItUntilForced() throws Exception {
        running(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        hypervisor.cling(INSTANCE);
        awaitVolume(wantVolume("", 1, false), Phase.PHASE_DETACHING);
        assertThat(hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
        volumes.nodeDown("storage-1");
        await().atMost(SOON).until(() -> volume().getReason().contains("replica"));
        assertThat(volume().getPhase())
                .as("a guest that clings to it hides nothing of its replicas")
                .isEqualTo(Phase.PHASE_DETACHING);
        volumes.nodeUp("storage-1");
        awaitVolume(wantVolume("", 1, true), Phase.PHASE_SERVING);
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
    }

    @Test
    void anEndedGuestHoldsNothing() throws Exception {
        running(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        hypervisor.cling(INSTANCE);
        long taken = wantVolume("", 1, false);
        awaitVolume(taken, Phase.PHASE_DETACHING);
        hypervisor.end(INSTANCE, GuestExit.Cause.HYPERVISOR, "killed");
        awaitVolume(taken, Phase.PHASE_SERVING);
    }

    @Test
    void aNewAgentFindsTheGuestWithItsVolume() throws Exception {
        running(INSTANCE);
        long given = wantVolume(INSTANCE, 1, false);
        awaitVolume(given, Phase.PHASE_SERVING);
        end();
        begin();
        awaitVolume(given, Phase.PHASE_SERVING);
        assertThat(hypervisor.holders(VOLUME)).containsExactly(INSTANCE);
    }

    @Test
    void whatIsNotWantedAnyMoreIsTakenFromItsGuestAfterARestart() throws Exception {
        running(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        hypervisor.cling(INSTANCE);
        ledger.record(
                List.of(ledger.entry(VOLUME).orElseThrow().toBuilder().setReleased(true).build()));
        end();
        begin();
        await().atMost(SOON).until(() -> ledger.entry(VOLUME).isEmpty());
        assertThat(hypervisor.holders(VOLUME)).isEmpty();
        assertThat(hypervisor.guests()).containsKey(INSTANCE);
    }

    @Test
    void itGrowsAndItsReplicasAreReported() throws Exception {
        running(INSTANCE);
        awaitVolume(wantVolume(INSTANCE, 1, false), Phase.PHASE_SERVING);
        long grown = wantVolume(INSTANCE, 2, false);
        awaitVolume(grown, Phase.PHASE_SERVING);
        assertThat(volume().getSizeBytes()).isEqualTo(2L << 30);
        volumes.nodeDown("storage-2");
        await().atMost(SOON).until(() -> volume().getFailedNodeIdsList().contains("storage-2"));
        assertThat(volume().getPhase()).isEqualTo(Phase.PHASE_SERVING);
    }

    private void running(String instanceId) throws Exception {
        wantInstance(instanceId, InstanceSpec.Power.POWER_RUNNING, 1);
        awaitInstance(instanceId, HostVolumesTest::isRunning);
    }

    private void wantInstance(String id, InstanceSpec.Power power, long runEpoch)
            throws IOException {
        generation++;
        keeper.changed(
                List.of(
                        new Change.Wanted(
                                Desired.newBuilder()
                                        .setGeneration(generation)
                                        .setImage(
                                                ImageSpec.newBuilder()
                                                        .setImageId("ami-1")
                                                        .setSource("file:///image"))
                                        .build()),
                        new Change.Wanted(
                                Desired.newBuilder()
                                        .setGeneration(generation)
                                        .setInstance(
                                                InstanceSpec.newBuilder()
                                                        .setInstanceId(id)
                                                        .setPower(power)
                                                        .setRunEpoch(runEpoch)
                                                        .setVcpus(1)
                                                        .setMemoryMib(128)
                                                        .setImageId("ami-1")
                                                        .addDisks(
                                                                DiskSpec.newBuilder()
                                                                        .setVolumeId("vol-root")
                                                                        .setSizeBytes(1 << 30)
                                                                        .setRoot(true)))
                                        .build())));
    }

    private long wantVolume(String instanceId, long gibibytes, boolean force) throws IOException {
        generation++;
        var spec =
                VolumeSpec.newBuilder()
                        .setVolumeId(VOLUME)
                        .setEpoch(1)
                        .setSizeBytes(gibibytes << 30)
                        .setInstanceId(instanceId)
                        .setDeviceName("/dev/sdf")
                        .setForceDetach(force);
        for (String node : List.of("storage-1", "storage-2")) {
            spec.addReplicas(
                    VolumeReplica.newBuilder()
                            .setNodeId(node)
                            .setRole(VolumeReplica.Role.ROLE_IN_SYNC));
        }
        keeper.changed(
                List.of(
                        new Change.Wanted(
                                Desired.newBuilder()
                                        .setGeneration(generation)
                                        .setVolume(spec)
                                        .build())));
        return generation;
    }

    private VolumeObservation volume() {
        return observations
                .latest(VOLUME)
                .map(NodeMessage::getVolume)
                .orElseGet(VolumeObservation::getDefaultInstance);
    }

    private void awaitVolume(long about, Phase phase) {
        await().atMost(SOON)
                .untilAsserted(() -> {
                    assertThat(volume().getGeneration()).isEqualTo(about);
                    assertThat(volume().getPhase()).isEqualTo(phase);
                });
    }

    private void awaitInstance(String id, Predicate<InstanceObservation> condition) {
        await().atMost(SOON)
                .until(() ->
                        Optional.of(id)
                                .flatMap(observations::latest)
                                .map(NodeMessage::getInstance)
                                .filter(condition)
                                .isPresent());
    }

    private static boolean isRunning(InstanceObservation seen) {
        return seen.getPhase() == InstanceObservation.Phase.PHASE_RUNNING;
    }
}
