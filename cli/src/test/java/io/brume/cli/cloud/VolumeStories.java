package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A volume's life with real guests; each story goes on where the one before ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class VolumeStories {
    private static final String MOUNT = "mkdir -p /mnt/data && mount -t ext4 /dev/$d /mnt/data";

    private static final Map<String, Object> NAMED_SECRET =
            Map.of("Name", "name", "Values", List.of("secret"));

    private final World world;
    private final Boto boto;
    private List<String> two = List.of();
    private String volume = "";
    private String sum = "";

    VolumeStories(World world) {
        this.world = world;
        this.boto = world.boto();
    }

    private static ConditionFactory within(int seconds) {
        return await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(seconds));
    }

    @AfterAll
    void terminate() {
        world.terminate(two);
    }

    @Test
    @Order(1)
    void aDiskAppearsInARunningGuest() {
        two = world.run(2, "t2.nano", world.group("volumes"));
        boto.await("instance_running", 120, "InstanceIds", two);
        first().awaitShell(120);
        long began = System.nanoTime();
        volume =
                world.cloud()
                        .aws(
                                "ec2",
                                "create-volume",
                                "--size=1",
                                "--availability-zone=" + zone(),
                                "--query=VolumeId",
                                "--output=text")
                        .ok()
                        .strip();
        boto.await("volume_available", 60, "VolumeIds", List.of(volume));
        World.measured("CreateVolume -> available", began);
        began = System.nanoTime();
        world.cloud()
                .aws(
                        "ec2",
                        "attach-volume",
                        "--volume-id=" + volume,
                        "--instance-id=" + two.getFirst(),
                        "--device=/dev/sdf")
                .ok();
        awaitAttached();
        World.measured("AttachVolume -> attached", began);
        within(20).until(() -> !disk(first()).isEmpty());
        World.measured("AttachVolume -> seen by the guest", began);
        assertThat(sectors(first())).isEqualTo(2_097_152);
    }

    @Test
    @Order(3)
    void aFileSystemOnItOutlivesKilledPrograms() throws Exception {
        Guest guest = first();
        run(guest, "mkfs.ext4 -q /dev/$d && " + MOUNT);
        run(guest, "dd if=/dev/urandom of=/mnt/data/file bs=1M count=16 && sync");
        sum = run(guest, "md5sum </mnt/data/file");
        for (String program : List.of("node-agent", "storage-node", "control-plane")) {
            run(
                    guest,
                    "(for i in $(seq 100); do dd if=/mnt/data/file of=/mnt/data/copy$i bs=64k"
                            + " count=16 conv=fsync; done >/tmp/io.log 2>&1; echo done $?"
                            + " >>/tmp/io.log) </dev/null >/dev/null 2>&1 &");
            within(30).until(() -> run(guest, "ls /mnt/data").contains("copy3"));
            world.cloud().kill(program);
            long died = System.nanoTime();
            within(90).until(() -> run(guest, "cat /tmp/io.log").contains("done"));
            World.measured("kill -9 " + program + " -> the guest's I/O is through", died);
            assertThat(run(guest, "cat /tmp/io.log"))
                    .contains("done 0")
                    .doesNotContainIgnoringCase("error");
            run(guest, "rm /mnt/data/copy*; sync");
            world.cloud().awaitReady(program);
        }
        assertThat(run(guest, "dmesg | grep -c 'I/O error' || true")).isEqualTo("0");
        run(guest, "sync; echo 3 >/proc/sys/vm/drop_caches");
        assertThat(run(guest, "md5sum </mnt/data/file")).isEqualTo(sum);
    }

    @Test
    @Order(4)
    void itGrowsWhileItIsUsed() {
        long began = System.nanoTime();
        boto.ec2("modify_volume", "VolumeId", volume, "Size", 2);
        within(60).until(() -> sectors(first()) == 4_194_304);
        World.measured("ModifyVolume -> the guest sees the size", began);
        run(first(), "resize2fs /dev/$d");
        assertThat(Long.parseLong(run(first(), "df -k /mnt/data | awk 'END { print $2 }'")))
                .isGreaterThan(1_900_000);
        assertThat(run(first(), "md5sum </mnt/data/file")).isEqualTo(sum);
    }

    @Test
    @Order(2)
    void snapshotsOfAllItsVolumesAreOfOneMoment() {
        var pair = List.of(plugged("/dev/sdh"), plugged("/dev/sdi"));
        // Each number is on the first disk before it is written to the second.
        first().says(
                        """
                        (i=0; while [ ! -e /tmp/enough ]; do i=$((i+1)); for d in %s %s; do \
                        printf '%%016d' $i | dd of=/dev/$d bs=16 count=1 conv=fsync; \
                        done; echo $i >/tmp/number; done) </dev/null >/dev/null 2>&1 &\
                        """
                                .formatted(
                                        disk(first(), pair.getFirst()),
                                        disk(first(), pair.getLast())));
        var rounds = new ArrayList<Map<String, String>>();
        for (int round = 0; round < 3; round++) {
            int soon = 3 * round;
            within(30).until(() -> written() > soon);
            long began = System.nanoTime();
            rounds.add(
                    boto.ec2(
                                    "create_snapshots",
                                    "InstanceSpecification",
                                    Map.of(
                                            "InstanceId",
                                            two.getFirst(),
                                            "ExcludeBootVolume",
                                            true,
                                            "ExcludeDataVolumeIds",
                                            List.of(volume)))
                            .items("Snapshots")
                            .collect(
                                    Collectors.toMap(
                                            one -> one.text("VolumeId"),
                                            one -> one.text("SnapshotId"))));
            World.measured("CreateSnapshots", began);
        }
        var snapshots = rounds.stream().flatMap(round -> round.values().stream()).toList();
        assertThat(snapshots).hasSize(6);
        boto.await("snapshot_completed", 60, "SnapshotIds", snapshots);
        first().says("touch /tmp/enough");
        for (var round : rounds) {
            long ahead = number(round, pair.getFirst());
            long behind = number(round, pair.getLast());
            System.out.printf("one moment: %d and %d%n", ahead, behind);
            assertThat(ahead).isPositive().isBetween(behind, behind + 1);
        }
        snapshots.forEach(each -> boto.ec2("delete_snapshot", "SnapshotId", each));
    }

    /** The number of the last round that the first guest has written. */
    private long written() {
        return Long.parseLong(first().says("n=$(cat /tmp/number 2>/dev/null); echo ${n:-0}"));
    }

    /** A new volume, plugged into the first guest. */
    private String plugged(String device) {
        var id = boto.ec2("create_volume", "AvailabilityZone", zone(), "Size", 1).text("VolumeId");
        boto.await("volume_available", 60, "VolumeIds", List.of(id));
        boto.ec2("attach_volume", "VolumeId", id, "InstanceId", two.getFirst(), "Device", device);
        within(60).until(() -> !disk(first(), id).isEmpty());
        return id;
    }

    /** What the snapshot of a volume begins with. */
    private long number(Map<String, String> snapshots, String of) {
        var snapshot = Map.of("SnapshotId", requireNonNull(snapshots.get(of)));
        var blocks =
                boto.call(
                        Map.of("client", "ebs", "call", "list_snapshot_blocks", "input", snapshot));
        var block = new HashMap<String, Object>(snapshot);
        block.put("BlockIndex", 0);
        block.put("BlockToken", blocks.text("Blocks", 0, "BlockToken"));
        var data =
                boto.call(Map.of("client", "ebs", "call", "get_snapshot_block", "input", block))
                        .text("BlockData");
        return Long.parseLong(new String(Base64.getDecoder().decode(data), 0, 16, US_ASCII));
    }

    @Test
    @Order(5)
    void itMovesToAnotherInstanceWithItsFiles() {
        run(first(), "umount /mnt/data");
        long began = System.nanoTime();
        boto.ec2("detach_volume", "VolumeId", volume);
        boto.await("volume_available", 60, "VolumeIds", List.of(volume));
        World.measured("DetachVolume -> available", began);
        assertThat(disk(first())).isEmpty();
        boto.ec2(
                "attach_volume",
                "VolumeId",
                volume,
                "InstanceId",
                two.getLast(),
                "Device",
                "/dev/sdg");
        awaitAttached();
        second().awaitShell(120);
        within(20).until(() -> !disk(second()).isEmpty());
        run(second(), MOUNT);
        assertThat(run(second(), "md5sum </mnt/data/file")).isEqualTo(sum);
    }

    @Test
    @Order(6)
    void itIsThereAfterAStopAndAStart() {
        run(second(), "umount /mnt/data");
        boto.ec2("stop_instances", "InstanceIds", List.of(two.getLast()));
        boto.await("instance_stopped", 90, "InstanceIds", List.of(two.getLast()));
        boto.ec2("start_instances", "InstanceIds", List.of(two.getLast()));
        boto.await("instance_running", 120, "InstanceIds", List.of(two.getLast()));
        second().awaitShell(120);
        run(second(), MOUNT);
        assertThat(run(second(), "md5sum </mnt/data/file")).isEqualTo(sum);
    }

    @Test
    @Order(7)
    void aTerminatedInstanceLetsGoOfIt() {
        world.terminate(List.of(two.getLast()));
        boto.await("volume_available", 60, "VolumeIds", List.of(volume));
        boto.ec2("delete_volume", "VolumeId", volume);
        boto.await("volume_deleted", 60, "VolumeIds", List.of(volume));
    }

    @Test
    @Order(8)
    void anEncryptedCopyOfAnImageBoots() {
        long began = System.nanoTime();
        var copy =
                world.cloud()
                        .brume(
                                "image",
                                "copy",
                                world.image(),
                                "--name=secret",
                                "--encrypted",
                                "--wait");
        World.measured("CopyImage, encrypted -> available", began);
        System.out.println(copy.ok());
        var image = boto.ec2("describe_images", "Filters", List.of(NAMED_SECRET)).at("Images", 0);
        assertThat(image.text("BlockDeviceMappings", 0, "Ebs", "Encrypted"))
                .isEqualToIgnoringCase("true");
        var secret =
                world.run(1, "t2.nano", world.group("secret"), "ImageId", image.text("ImageId"));
        try {
            boto.await("instance_running", 120, "InstanceIds", secret);
            var guest = world.guest(secret.getFirst(), "root");
            guest.awaitShell(120);
            World.measured("CopyImage, encrypted -> a shell in an instance of it", began);
            assertThat(guest.says("mount")).contains(" / ");
        } finally {
            world.terminate(secret);
        }
        boto.ec2(
                "deregister_image",
                "ImageId",
                image.text("ImageId"),
                "DeleteAssociatedSnapshots",
                true);
    }

    private Guest first() {
        return world.guest(two.getFirst(), "root");
    }

    private Guest second() {
        return world.guest(two.getLast(), "root");
    }

    private String zone() {
        return world.show(two.getFirst()).text("Placement", "AvailabilityZone");
    }

    private void awaitAttached() {
        within(60)
                .until(() ->
                        boto.ec2("describe_volumes", "VolumeIds", List.of(volume))
                                .text("Volumes", 0, "Attachments", 0, "State")
                                .equals("attached"));
    }

    /** The name of the disk that is the volume, in a guest; empty while it has none. */
    private String disk(Guest guest) {
        return disk(guest, volume);
    }

    private static String disk(Guest guest, String volume) {
        return guest.says(
                "for s in /sys/block/*/serial; do [ \"$(cat $s)\" = %s ] && echo $s; done | cut -d / -f 4"
                        .formatted(volume.replace("-", "")));
    }

    private long sectors(Guest guest) {
        return Long.parseLong(guest.says("cat /sys/block/%s/size".formatted(disk(guest))));
    }

    /** Runs a command in a guest with the disk's name in {@code $d}. */
    private String run(Guest guest, String command) {
        return guest.says("d=%s; %s".formatted(disk(guest), command));
    }
}
