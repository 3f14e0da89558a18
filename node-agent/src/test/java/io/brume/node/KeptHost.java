package io.brume.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.instance.InstanceOptions;
import io.brume.node.ledger.Ledger;
import io.brume.node.sim.SimulatedHypervisor;
import io.brume.node.sim.SimulatedImageStore;
import io.brume.node.sim.SimulatedNetwork;
import io.brume.node.sim.SimulatedVolumeFiller;
import io.brume.node.sim.SimulatedVolumes;
import io.brume.node.sim.SimulationOptions;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.DiskSpec;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.ImageSpec;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.session.Observations;
import io.brume.session.SessionHost.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** A simulated host with its keeper, and the words of a control plane for it. */
final class KeptHost implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(15);

    final SimulatedHypervisor hypervisor;
    final SimulatedVolumes volumes;
    final SimulatedImageStore images;
    final Observations observations = new Observations();
    final Ledger ledger;
    final HostKeeper keeper;
    private static long generation;

    /**
     * @param folder what outlives the agent is there
     */
    KeptHost(Path folder) throws IOException {
        var options = SimulationOptions.lifelike(folder.resolve("host"));
        hypervisor = new SimulatedHypervisor(options);
        volumes = new SimulatedVolumes(options);
        images = new SimulatedImageStore(options);
        ledger = Ledger.open(folder.resolve("ledger"));
        keeper =
                new HostKeeper(
                        "node-1",
                        new HostKeeper.Tools(
                                hypervisor,
                                new SimulatedNetwork(options),
                                images,
                                new SimulatedVolumeFiller(options),
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

    /** The agent ends; what it made stays. */
    @Override
    public void close() throws Exception {
        keeper.close();
        volumes.close();
        hypervisor.close();
        ledger.close();
    }

    static String rootOf(String instanceId) {
        return "vol-root" + instanceId.substring(instanceId.length() - 1);
    }

    long want(Desired.Builder thing) throws IOException {
        generation++;
        keeper.changed(List.of(new Change.Wanted(thing.setGeneration(generation).build())));
        return generation;
    }

    void release(String id) throws IOException {
        keeper.changed(List.of(new Change.Released(id)));
    }

    /** An instance with a root, and with these volumes. */
    void wantInstance(String id, InstanceSpec.Power power, long runEpoch, List<String> alsoVolumes)
            throws IOException {
        var spec =
                InstanceSpec.newBuilder()
                        .setInstanceId(id)
                        .setPower(power)
                        .setRunEpoch(runEpoch)
                        .setVcpus(1)
                        .setMemoryMib(128)
                        .setBootMode("bios")
                        .addDisks(
                                DiskSpec.newBuilder()
                                        .setVolumeId(rootOf(id))
                                        .setDeviceName("/dev/xvda")
                                        .setRoot(true));
        alsoVolumes.forEach(volume -> spec.addDisks(DiskSpec.newBuilder().setVolumeId(volume)));
        want(Desired.newBuilder().setInstance(spec));
    }

    /** An instance that runs, from its root alone. */
    void run(String id) throws IOException {
        wantRoot(id);
        wantInstance(id, InstanceSpec.Power.POWER_RUNNING, 1, List.of());
        awaitInstance(id, KeptHost::isRunning);
    }

    void wantRoot(String instanceId) throws IOException {
        want(
                Desired.newBuilder()
                        .setVolume(
                                volume(rootOf(instanceId))
                                        .setInstanceId(instanceId)
                                        .setDeviceName("/dev/xvda")));
    }

    void wantImage(String imageId, boolean keepDisk) throws IOException {
        want(
                Desired.newBuilder()
                        .setImage(
                                ImageSpec.newBuilder()
                                        .setImageId(imageId)
                                        .setSource("file:///image")
                                        .setKeepDisk(keepDisk)));
    }

    /** A volume of 1 GiB on two storage nodes, of no instance. */
    static VolumeSpec.Builder volume(String volumeId) {
        var spec = VolumeSpec.newBuilder().setVolumeId(volumeId).setEpoch(1).setSizeBytes(1 << 30);
        for (String node : List.of("storage-1", "storage-2")) {
            spec.addReplicas(
                    VolumeReplica.newBuilder()
                            .setNodeId(node)
                            .setRole(VolumeReplica.Role.ROLE_IN_SYNC));
        }
        return spec;
    }

    VolumeObservation seen(String volumeId) {
        return observations
                .latest(volumeId)
                .map(NodeMessage::getVolume)
                .orElseGet(VolumeObservation::getDefaultInstance);
    }

    ImageObservation image(String imageId) {
        return observations
                .latest(imageId)
                .map(NodeMessage::getImage)
                .orElseGet(ImageObservation::getDefaultInstance);
    }

    void awaitVolume(String volumeId, long about, VolumeObservation.Phase phase) {
        await().atMost(SOON)
                .untilAsserted(() -> {
                    assertThat(seen(volumeId).getGeneration()).isEqualTo(about);
                    assertThat(seen(volumeId).getPhase()).isEqualTo(phase);
                });
    }

    void awaitInstance(String id, Predicate<InstanceObservation> condition) {
        await().atMost(SOON)
                .until(() ->
                        Optional.of(id)
                                .flatMap(observations::latest)
                                .map(NodeMessage::getInstance)
                                .filter(condition)
                                .isPresent());
    }

    static boolean isRunning(InstanceObservation seen) {
        return seen.getPhase() == InstanceObservation.Phase.PHASE_RUNNING;
    }

    /** What the simulated guests went through. */
    static List<String> events(Path folder) throws IOException {
        return new ArrayList<>(
                java.nio.file.Files.readAllLines(folder.resolve("host/guests/events.log")));
    }
}
