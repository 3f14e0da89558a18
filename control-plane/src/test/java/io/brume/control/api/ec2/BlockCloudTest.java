package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.reconcile.Reconcilers;
import io.brume.control.state.InstanceEnd;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** Tests with hosts and storage nodes that do what they are told, and the true reconcilers. */
abstract class BlockCloudTest extends CloudTest {
    static final String ZONE = "us-east-1a";
    private static Reconcilers reconcilers;
    static final ShiftedTime time = new ShiftedTime();
    static BlockSightings sightings;

    @BeforeAll
    static void beginToReconcile() {
        sightings = new BlockSightings(time);
        reconcilers =
                new Reconcilers(
                        cloud.store,
                        cloud.fleet,
                        cloud.capacity,
                        new Reconcilers.Blocks(
                                cloud.storage,
                                sightings,
                                3,
                                Ids.secure(),
                                Duration.ofMinutes(10),
                                cloud.keys()),
                        new Reconcilers.Objects(new ObjectSightings(), List.of(), cloud.links()),
                        new InstanceEnd(cloud.networkInterfaces),
                        TestCloud.REGION,
                        64,
                        0,
                        Time.system());
        reconcilers.start(Set.of());
        cloud.fleet.join(node(1), ZONE);
        cloud.fleet.join(node(2), "us-east-1b");
        for (int i = 0; i < 3; i++) {
            cloud.fleet.joinStorage(node(10 + i), ZONE, "storage-" + i);
        }
        cloud.fleet.joinStorage(node(13), "us-east-1b", "storage-3");
    }

    @AfterAll
    static void endReconciling() {
        reconcilers.close();
    }

    static NodeId node(int number) {
        return new NodeId("node-%017x".formatted(number));
    }

    /** Until something is so, hosts doing what they are told meanwhile. */
    static <T> T until(Supplier<T> look, java.util.function.Predicate<T> wanted) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () -> {
                            cloud.fleet.settle();
                            return look.get();
                        },
                        wanted);
    }

    Volume volume(String id) {
        return ec2.describeVolumes(b -> b.volumeIds(id)).volumes().getFirst();
    }

    Volume awaitVolume(String id, VolumeState state) {
        return until(() -> volume(id), volume -> volume.state() == state);
    }

    Volume awaitAttachment(String id, String state) {
        return until(
                () -> volume(id),
                volume ->
                        volume.attachments().stream()
                                .anyMatch(one -> one.stateAsString().equals(state)));
    }

    String available(int size) {
        var id = ec2.createVolume(b -> b.availabilityZone(ZONE).size(size)).volumeId();
        awaitVolume(id, VolumeState.AVAILABLE);
        return id;
    }

    Snapshot awaitSnapshot(String id) {
        return until(
                () -> ec2.describeSnapshots(b -> b.snapshotIds(id)).snapshots().getFirst(),
                snapshot -> snapshot.state() == SnapshotState.COMPLETED);
    }

    Instance running() {
        return running(ZONE);
    }

    Instance running(String zone) {
        var image =
                ec2.registerImage(b -> b.name("image-" + zone).imageLocation("file:///images/x"))
                        .imageId();
        until(
                () -> ec2.describeImages(b -> b.imageIds(image)).images().getFirst(),
                one -> one.state() == ImageState.AVAILABLE);
        var id =
                ec2.runInstances(b ->
                                b.imageId(image)
                                        .instanceType("t3.nano")
                                        .minCount(1)
                                        .maxCount(1)
                                        .placement(p -> p.availabilityZone(zone)))
                        .instances()
                        .getFirst()
                        .instanceId();
        return awaitInstance(id, InstanceStateName.RUNNING);
    }

    Instance awaitInstance(String id, InstanceStateName state) {
        return until(
                () ->
                        ec2.describeInstances(b -> b.instanceIds(id))
                                .reservations()
                                .getFirst()
                                .instances()
                                .getFirst(),
                instance -> instance.state().name() == state);
    }

    void awaitNoVolume(String id) {
        until(
                () -> ec2.describeVolumes().volumes(),
                volumes -> volumes.stream().noneMatch(one -> one.volumeId().equals(id)));
        assertThat(ec2.describeTags().tags()).noneMatch(tag -> tag.resourceId().equals(id));
    }
}
