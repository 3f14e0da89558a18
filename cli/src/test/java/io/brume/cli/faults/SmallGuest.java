package io.brume.cli.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.cli.cloud.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instance of the small image whose root and two other disks are volumes of three replicas. It
 * does what its user data says ({@code guest.sh}), and tells on its console how it goes: first fio
 * writes its root and verifies it, over and over; after the first death of its machine it writes
 * numbered records instead, each synced to the disk before it is told.
 */
final class SmallGuest {
    /**
     * Places of records on their disk, which the guest writes one after the other, over and over.
     */
    static final int PLACES = 32;

    /** By their sizes the guest tells its disks from one another. */
    private static final int RECORDS_GIB = 3;

    private static final int TOOLS_GIB = 2;
    private static final Pattern VERIFIED = Pattern.compile("verified (\\d+) times\r?\n");
    private static final Pattern SYNCED = Pattern.compile("synced (\\d+)\r?\n");
    private static final Pattern ROOT_HOLDS = Pattern.compile("the root holds (\\d+)\r?\n");

    private final CloudVolume cloud;
    final String id;
    final String root;
    final String records;
    final String tools;

    private SmallGuest(CloudVolume cloud, String id, Map<String, String> disks) {
        this.cloud = cloud;
        this.id = id;
        root = requireNonNull(disks.get("/dev/xvda"));
        records = requireNonNull(disks.get("/dev/sdf"));
        tools = requireNonNull(disks.get("/dev/sdg"));
    }

    static SmallGuest launch(CloudVolume cloud) throws IOException {
        Path bundle = cloud.cloud.image("small");
        cloud.cloud.brume("image", "import", bundle.toString(), "--wait").ok();
        String image =
                cloud.boto
                        .ec2(
                                "describe_images",
                                "Filters",
                                List.of(
                                        Map.of(
                                                "Name",
                                                "name",
                                                "Values",
                                                List.of("brume-small-x86_64"))))
                        .text("Images", 0, "ImageId");
        String userData;
        try (var script = requireNonNull(SmallGuest.class.getResourceAsStream("guest.sh"))) {
            userData = new String(script.readAllBytes(), UTF_8);
        }
        String id =
                cloud.boto
                        .ec2(
                                "run_instances",
                                "ImageId",
                                image,
                                "InstanceType",
                                "t2.nano",
                                "MinCount",
                                1,
                                "MaxCount",
                                1,
                                "UserData",
                                userData,
                                "BlockDeviceMappings",
                                List.of(disk("/dev/sdf", RECORDS_GIB), disk("/dev/sdg", TOOLS_GIB)))
                        .instances()
                        .getFirst()
                        .text("InstanceId");
        var disks = new HashMap<String, String>();
        CloudVolume.within(60, "the disks of " + id)
                .until(() -> {
                    shown(cloud, id)
                            .items("BlockDeviceMappings")
                            .forEach(each ->
                                    disks.put(
                                            each.text("DeviceName"), each.text("Ebs", "VolumeId")));
                    return disks.size() == 3;
                });
        return new SmallGuest(cloud, id, disks);
    }

    private static Map<String, Object> disk(String device, int gib) {
        return Map.of(
                "DeviceName",
                device,
                "Ebs",
                Map.of("VolumeSize", gib, "DeleteOnTermination", true));
    }

    private static Answer shown(CloudVolume cloud, String id) {
        return cloud.boto
                .ec2("describe_instances", "InstanceIds", List.of(id))
                .instances()
                .getFirst();
    }

    /** What the guest has told since its machine was started. */
    String console() throws IOException {
        try {
            Path log = cloud.cloud.data.resolve("node-agent/guests/" + id + "/console.log");
            return Files.readString(log, ISO_8859_1);
        } catch (NoSuchFileException notYet) {
            return "";
        }
    }

    private long last(Pattern what) throws IOException {
        long last = -1;
        Matcher told = what.matcher(console());
        while (told.find()) {
            last = Long.parseLong(told.group(1));
        }
        return last;
    }

    /** How many times fio has written and verified its file; -1 before the first time. */
    long verified() throws IOException {
        return last(VERIFIED);
    }

    /** The highest record that the guest has told to be synced; -1 before the first. */
    long synced() throws IOException {
        return last(SYNCED);
    }

    /** The highest record that its root's file system had when it was mounted; -1 before that. */
    long rootHolds() throws IOException {
        return last(ROOT_HOLDS);
    }

    /**
     * Checks what one place of the records' disk holds.
     *
     * @param least the record that was synced last in this place; none if below 1
     */
    static void check(byte[] found, int place, long least, String when) {
        if (least < 1 && isZeros(found)) {
            return;
        }
        String digits = new String(found, ISO_8859_1);
        assertThat(digits).as("%s, place %d", when, place).matches("0*[0-9]{1,9}");
        long number = Long.parseLong(digits);
        assertThat(number).as("%s, place %d", when, place).isGreaterThanOrEqualTo(least);
        assertThat(number % PLACES).as("%s, place %d", when, place).isEqualTo(place);
    }

    private static boolean isZeros(byte[] bytes) {
        return ByteBuffer.wrap(bytes).mismatch(ByteBuffer.allocate(bytes.length)) < 0;
    }

    private String state() {
        return shown(cloud, id).text("State", "Name");
    }

    /** Its machine ends as by {@code kill -9}. */
    void die() throws IOException {
        cloud.cloud.killGuest(id);
        CloudVolume.within(60, id + " is seen to have stopped")
                .until(() -> "stopped".equals(state()));
    }

    void start() throws IOException {
        cloud.boto.ec2("start_instances", "InstanceIds", List.of(id));
        CloudVolume.within(60, id + " has a machine again").until(() -> cloud.cloud.hasGuest(id));
    }

    void terminate() {
        cloud.boto.ec2("terminate_instances", "InstanceIds", List.of(id));
        CloudVolume.within(60, id + " is gone").until(() -> "terminated".equals(state()));
    }
}
