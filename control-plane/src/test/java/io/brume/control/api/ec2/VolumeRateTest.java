package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** How many volumes are made and attached in a minute, hosts taking no time. */
final class VolumeRateTest extends BlockCloudTest {
    private static final int VOLUMES = 100;
    private static final int PER_INSTANCE = 25;

    @Test
    void aHundredVolumesAreMadeAndAttachedWithinAMinute() {
        Assumptions.assumeTrue(way == TestCloud.Way.HTTP, "as users call");
        var instances = new ArrayList<String>();
        for (int i = 0; i < VOLUMES / PER_INSTANCE; i++) {
            instances.add(i == 0 ? running().instanceId() : another());
        }
        long began = System.nanoTime();
        var made = new ArrayList<String>();
        for (int i = 0; i < VOLUMES; i++) {
            made.add(ec2.createVolume(b -> b.availabilityZone(ZONE).size(1)).volumeId());
        }
        until(
                () -> ec2.describeVolumes(b -> b.filters(filter("status", "available"))).volumes(),
                volumes -> volumes.size() == VOLUMES);
        for (int i = 0; i < VOLUMES; i++) {
            var volume = made.get(i);
            var instance = instances.get(i / PER_INSTANCE);
            var device = "/dev/sd" + (char) ('b' + i % PER_INSTANCE);
            ec2.attachVolume(b -> b.volumeId(volume).instanceId(instance).device(device));
        }
        until(
                () ->
                        ec2.describeVolumes(b ->
                                        b.volumeIds(made)
                                                .filters(filter("attachment.status", "attached")))
                                .volumes(),
                volumes -> volumes.size() == VOLUMES);
        var took = Duration.ofNanos(System.nanoTime() - began);
        LoggerFactory.getLogger(VolumeRateTest.class)
                .warn("{} volumes were made and attached in {}", VOLUMES, took);
        assertThat(took).isLessThan(Duration.ofMinutes(1));
    }

    private String another() {
        var image = ec2.describeImages(b -> b.owners("self")).images().getFirst().imageId();
        var id =
                ec2.runInstances(b ->
                                b.imageId(image).instanceType("t3.nano").minCount(1).maxCount(1))
                        .instances()
                        .getFirst()
                        .instanceId();
        return awaitInstance(id, InstanceStateName.RUNNING).instanceId();
    }
}
