package io.brume.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Connections;
import io.brume.cli.client.Environment;
import io.brume.cli.cloud.Boto;
import io.brume.cli.cloud.Cloud;
import io.brume.common.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;

/**
 * A volume of three replicas in a cloud of its own: real programs, begun by the launcher. It is
 * attached to an instance that is stopped, so that its agent serves it and no guest uses it.
 */
final class CloudVolume implements AutoCloseable {
    static final List<String> STORAGE_NODES =
            List.of("storage-node", "storage-node-2", "storage-node-3");
    static final String AGENT = "node-agent";
    static final String CONTROL_PLANE = "control-plane";

    final Cloud cloud;
    final String instance;
    final String volume;
    private final String zone;
    final Boto boto;
    private final io.brume.cli.client.Cloud operator;

    private CloudVolume(Cloud cloud) throws IOException {
        this.cloud = cloud;
        cloud.begin("up", "--storage-nodes=" + STORAGE_NODES.size()).ok();
        boto = cloud.boto();
        var environment = new Environment(cloud.environment(), cloud.scratch(""));
        operator =
                new io.brume.cli.client.Cloud(
                        new Connections(environment).find("", "", ""), Time.system());
        instance = stoppedInstance();
        zone =
                boto.ec2("describe_instances", "InstanceIds", List.of(instance))
                        .instances()
                        .getFirst()
                        .text("Placement", "AvailabilityZone");
        volume = create("Size", 1);
        attach(volume, "/dev/sdf");
        awaitWhole("the beginning");
    }

    /** Makes a volume, and waits until it can be attached. */
    String create(String member, Object value) {
        String id =
                boto.ec2("create_volume", "AvailabilityZone", zone, member, value).text("VolumeId");
        within(60, id + " is there").until(() -> "available".equals(state(id)));
        return id;
    }

    private String state(String id) {
        return boto.ec2("describe_volumes", "VolumeIds", List.of(id)).text("Volumes", 0, "State");
    }

    /** Has a volume served for the instance that is stopped. */
    void attach(String id, String device) {
        boto.ec2("attach_volume", "VolumeId", id, "InstanceId", instance, "Device", device);
    }

    /** Takes a volume from the instance, and deletes it. */
    void delete(String id) {
        boto.ec2("detach_volume", "VolumeId", id);
        within(60, id + " is free").until(() -> "available".equals(state(id)));
        boto.ec2("delete_volume", "VolumeId", id);
        within(60, id + " is gone")
                .until(() ->
                        boto.ec2("describe_volumes")
                                .items("Volumes")
                                .noneMatch(each -> each.text("VolumeId").equals(id)));
    }

    static CloudVolume make() throws IOException {
        Cloud cloud = Cloud.real();
        try {
            return new CloudVolume(cloud);
        } catch (IOException | RuntimeException | Error e) {
            try (cloud) {
                System.out.println(cloud.logs());
                throw e;
            }
        }
    }

    /**
     * An instance whose image is a disk of zeros: its firmware finds nothing to boot, and waits.
     */
    private String stoppedInstance() throws IOException {
        Path disk = Files.createDirectories(cloud.data.resolve("images")).resolve("zeros.raw");
        Files.write(disk, new byte[1 << 20]);
        String image =
                boto.ec2(
                                "register_image",
                                "Name",
                                "zeros",
                                "ImageLocation",
                                "file://" + disk,
                                "Architecture",
                                "x86_64",
                                "RootDeviceName",
                                "/dev/xvda",
                                "VirtualizationType",
                                "hvm")
                        .text("ImageId");
        boto.await("image_available", 60, "ImageIds", List.of(image));
        String id =
                boto.ec2(
                                "run_instances",
                                "ImageId",
                                image,
                                "InstanceType",
                                "t2.nano",
                                "MinCount",
                                1,
                                "MaxCount",
                                1)
                        .instances()
                        .getFirst()
                        .text("InstanceId");
        boto.await("instance_running", 60, "InstanceIds", List.of(id));
        boto.ec2("stop_instances", "InstanceIds", List.of(id), "Force", true);
        boto.await("instance_stopped", 60, "InstanceIds", List.of(id));
        return id;
    }

    static ConditionFactory within(int seconds, String what) {
        return await(what).pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(seconds));
    }

    /** Where the volume's agent serves it. */
    Path socket() {
        return socket(volume);
    }

    Path socket(String id) {
        return cloud.data.resolve("node-agent/volumes/" + id + ".sock");
    }

    /** What {@code brume volume show} shows of where a volume is; empty while nobody answers. */
    Map<String, Object> shown(String id) {
        try {
            return io.brume.cli.client.Cloud.objects(
                            List.of(
                                    operator.brume("ShowVolume", Map.of("VolumeId", id))
                                            .getOrDefault("Volume", Map.of())))
                    .getFirst();
        } catch (CliException away) {
            return Map.of();
        }
    }

    boolean isWhole(String id) {
        Map<String, Object> now = shown(id);
        List<Map<String, Object>> replicas = io.brume.cli.client.Cloud.objects(now.get("Replicas"));
        return "serving".equals(now.get("WriterPhase"))
                && "".equals(now.get("WriterReason"))
                && replicas.size() == STORAGE_NODES.size()
                && replicas.stream()
                        .allMatch(each ->
                                "in-sync".equals(each.get("Role"))
                                        && Boolean.TRUE.equals(each.get("Connected")));
    }

    /** Waits until every replica is in the set, and the volume served. */
    void awaitWhole(String when) {
        awaitWhole(when, volume);
    }

    void awaitWhole(String when, String id) {
        try {
            within(90, "every replica in the set").until(() -> isWhole(id));
        } catch (RuntimeException e) {
            throw new AssertionError(when + ": " + shown(id), e);
        }
        assertThat(socket(id)).exists();
    }

    @Override
    public void close() throws Exception {
        cloud.close();
    }
}
