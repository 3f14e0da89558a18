package io.brume.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.sim.SimulatedHypervisor;
import io.brume.node.sim.SimulatedVolumeFiller;
import io.brume.node.sim.SimulatedVolumes;
import io.brume.node.sim.SimulationOptions;
import io.brume.node.volume.OutsideAddress;
import io.brume.node.volume.OutsideOffer;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.VolumeWant;
import io.brume.node.volume.Volumes;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.session.Observations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VolumeOwnerTest {
    private static final String VOLUME = "vol-0123456789abcdef0";

    private final Observations observations = new Observations();

    private long told() {
        return observations
                .latest(VOLUME)
                .map(NodeMessage::getVolume)
                .map(seen -> seen.getGeneration())
                .orElse(0L);
    }

    private static Desired desired(long generation) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setVolume(
                        VolumeSpec.newBuilder()
                                .setVolumeId(VOLUME)
                                .setEpoch(1)
                                .setSizeBytes(1 << 30)
                                .addReplicas(
                                        VolumeReplica.newBuilder()
                                                .setNodeId("storage-1")
                                                .setRole(VolumeReplica.Role.ROLE_IN_SYNC)))
                .build();
    }

    /**
     * The coordinator's word and the owner's own are told by two threads. Found by killing a
     * storage node and an agent at once (VolumeFaultsIT, seed 26513310358304): a replica stayed
     * "joining", since what was told last was older than what had been told before.
     */
    @Test
    void anOlderReportNeverTakesThePlaceOfANewerOne() throws Exception {
        var options = SimulationOptions.instant();
        try (var hypervisor = new SimulatedHypervisor(options);
                var volumes = new PausingVolumes(new SimulatedVolumes(options))) {
            var owner =
                    new VolumeOwner(
                            VOLUME,
                            Optional.empty(),
                            new VolumeOwner.Tools(
                                    volumes,
                                    hypervisor,
                                    observations,
                                    new VolumeFilling.Tools(
                                            new SimulatedVolumeFiller(options),
                                            fill -> Optional.empty(),
                                            new Semaphore(1)),
                                    id -> {},
                                    id -> {},
                                    new Random(1)));
            owner.start();
            owner.want(desired(1));
            await().until(() -> told() == 1);
            Thread coordinator = Thread.ofPlatform().unstarted(owner::changed);
            volumes.pause(coordinator);
            coordinator.start();
            volumes.paused.await();
            owner.want(desired(2));
            awaitAtMost(Duration.ofMillis(500));
            volumes.go.countDown();
            coordinator.join();
            await().during(Duration.ofMillis(200)).until(() -> told() == 2);
            owner.close();
            owner.join(Duration.ofSeconds(10));
        }
        assertThat(told()).isEqualTo(2);
    }

    /** Until the newer word is told, if it does not wait for the older one. */
    private void awaitAtMost(Duration most) {
        try {
            await().atMost(most).until(() -> told() == 2);
        } catch (ConditionTimeoutException e) {
            assertThat(told()).isEqualTo(1);
        }
    }

    /** Lets one thread wait after it has asked for a status. */
    private static final class PausingVolumes implements Volumes {
        private final Volumes volumes;
        private final CountDownLatch paused = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private volatile Optional<Thread> thread = Optional.empty();

        PausingVolumes(Volumes volumes) {
            this.volumes = volumes;
        }

        void pause(Thread one) {
            thread = Optional.of(one);
        }

        @Override
        public void apply(VolumeWant want) throws IOException {
            volumes.apply(want);
        }

        @Override
        public Optional<VolumeStatus> status(String volumeId) {
            Optional<VolumeStatus> status = volumes.status(volumeId);
            if (thread.filter(Thread.currentThread()::equals).isPresent()) {
                paused.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return status;
        }

        @Override
        public Path offer(String volumeId) throws IOException {
            return volumes.offer(volumeId);
        }

        @Override
        public void withdraw(String volumeId) {
            volumes.withdraw(volumeId);
        }

        @Override
        public void offerOutside(String volumeId, OutsideOffer offer) throws IOException {
            volumes.offerOutside(volumeId, offer);
        }

        @Override
        public Optional<OutsideAddress> outside(String volumeId) {
            return volumes.outside(volumeId);
        }

        @Override
        public void withdrawOutside(String volumeId) throws IOException {
            volumes.withdrawOutside(volumeId);
        }

        @Override
        public Path fail(String volumeId, long sizeBytes) throws IOException {
            return volumes.fail(volumeId, sizeBytes);
        }

        @Override
        public void release(String volumeId) {
            volumes.release(volumeId);
        }

        @Override
        public void onChange(Consumer<String> listener) {
            volumes.onChange(listener);
        }

        @Override
        public void close() {
            volumes.close();
        }
    }
}
