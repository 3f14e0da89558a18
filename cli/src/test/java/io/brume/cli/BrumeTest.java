package io.brume.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole commands against a pretended cloud: what they ask, what they print, how they end. */
class BrumeTest {
    private static final String INSTANCE =
            """
            <item><instanceId>i-0123456789abcdef0</instanceId><imageId>ami-1</imageId>
            <instanceState><name>%s</name></instanceState><instanceType>t3.micro</instanceType>
            <keyName>brume-quickstart</keyName><privateIpAddress>172.31.0.5</privateIpAddress>
            <ipAddress>198.18.0.5</ipAddress><launchTime>2026-11-20T12:00:00.000Z</launchTime>
            <tagSet><item><key>Name</key><value>first</value></item></tagSet></item>
            """;

    @TempDir private Path home;
    private FakeCloud cloud;
    private InProcess process;

    @BeforeEach
    void open() throws IOException {
        cloud = new FakeCloud();
        process = new InProcess(cloud.endpoint(), home, Time.system(), pause -> {});
    }

    @AfterEach
    void close() {
        cloud.close();
    }

    private int brume(String... arguments) {
        return process.brume(arguments);
    }

    private String out() {
        return process.out();
    }

    private String err() {
        return process.err();
    }

    private static String instances(String state) {
        return "<R><reservationSet><item><instancesSet>"
                + INSTANCE.formatted(state)
                + "</instancesSet></item></reservationSet></R>";
    }

    @Test
    void listsInstancesOfAllPages() {
        cloud.answers(
                        "DescribeInstances",
                        instances("running").replace("</R>", "<nextToken>more</nextToken></R>"))
                .answers(
                        "DescribeInstances",
                        instances("stopped").replace("i-0123456789abcdef0", "i-0123456789abcdef1"));
        assertThat(brume("instance", "list")).isZero();
        assertThat(out())
                .isEqualTo(
                        """
                        InstanceId           Name   State    InstanceType  PublicIpAddress  PrivateIpAddress  KeyName           LaunchTime
                        i-0123456789abcdef0  first  running  t3.micro      198.18.0.5       172.31.0.5        brume-quickstart  2026-11-20T12:00:00.000Z
                        i-0123456789abcdef1  first  stopped  t3.micro      198.18.0.5       172.31.0.5        brume-quickstart  2026-11-20T12:00:00.000Z
                        """);
        assertThat(cloud.calls("DescribeInstances").get(1)).containsEntry("NextToken", "more");
        assertThat(cloud.calls("DescribeInstances").getFirst().get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIATEST/")
                .contains("/us-east-1/ec2/aws4_request");
    }

    @Test
    void runsAnInstanceWithAKeyAndAGroupOfItsOwn() throws IOException {
        cloud.answers(
                        "DescribeImages",
                        "<R><imagesSet><item><imageId>ami-1</imageId><name>brume-small-x86_64</name>"
                            + "<imageState>available</imageState></item></imagesSet></R>")
                .answers("DescribeKeyPairs", "<R><keySet/></R>")
                .answers("CreateKeyPair", "<R><keyMaterial>PRIVATE&#10;</keyMaterial></R>")
                .answers(
                        "DescribeVpcs", "<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></R>")
                .answers("DescribeSecurityGroups", "<R><securityGroupInfo/></R>")
                .answers("CreateSecurityGroup", "<R><groupId>sg-1</groupId></R>")
                .answers("AuthorizeSecurityGroupIngress", "<R><return>true</return></R>")
                .answers(
                        "RunInstances",
                        "<R><instancesSet>" + INSTANCE.formatted("pending") + "</instancesSet></R>")
                .answers("DescribeInstances", instances("pending"))
                .answers("DescribeInstances", instances("pending"))
                .answers("DescribeInstances", instances("running"));
        assertThat(
                        brume(
                                "instance",
                                "run",
                                "first",
                                "--ssh",
                                "--disk",
                                "4",
                                "--tag",
                                "a=b",
                                "--wait"))
                .as(this::err)
                .isZero();
        assertThat(cloud.calls("RunInstances").getFirst())
                .containsEntry("ImageId", "ami-1")
                .containsEntry("InstanceType", "t3.micro")
                .containsEntry("MinCount", "1")
                .containsEntry("KeyName", "brume-quickstart")
                .containsEntry("SecurityGroupId.1", "sg-1")
                .containsEntry("BlockDeviceMapping.1.Ebs.VolumeSize", "4")
                .containsEntry("TagSpecification.1.Tag.1.Value", "first")
                .containsEntry("TagSpecification.1.Tag.2.Key", "a");
        assertThat(cloud.calls("AuthorizeSecurityGroupIngress").getFirst())
                .containsEntry("IpPermissions.1.FromPort", "22");
        Path key =
                home.resolve(
                        ".brume/keys/"
                                + cloud.endpoint().substring("http://".length()).replace(':', '_')
                                + "/brume-quickstart.pem");
        assertThat(Files.readString(key)).isEqualTo("PRIVATE\n");
        assertThat(out()).contains("running");
        assertThat(err()).contains("i-0123456789abcdef0 running after");

        cloud.answers("DescribeKeyPairs", "<R/>");
        assertThat(
                        brume(
                                "instance",
                                "ssh",
                                "i-0123456789abcdef0",
                                "--user",
                                "root",
                                "--print",
                                "--",
                                "echo",
                                "a b"))
                .as(this::err)
                .isZero();
        assertThat(out())
                .startsWith("ssh -i " + key + " ")
                .contains("HostKeyAlias=i-0123456789abcdef0")
                .endsWith("root@198.18.0.5 echo 'a b'\n");
    }

    @Test
    void leavesAnInstanceAloneThatIsThere() {
        cloud.answers("DescribeInstances", instances("running"));
        assertThat(brume("instance", "run", "first", "--ssh", "--if-absent", "--wait")).isZero();
        assertThat(cloud.calls("RunInstances")).isEmpty();
        assertThat(cloud.calls("CreateKeyPair")).isEmpty();
    }

    @Test
    void saysWhyAnInstanceEnded() {
        cloud.answers("StartInstances", "<R/>")
                .answers(
                        "DescribeInstances",
                        instances("terminated")
                                .replace(
                                        "<keyName>",
                                        "<stateReason><message>no"
                                                + " room</message></stateReason><keyName>"));
        assertThat(brume("instance", "start", "i-0123456789abcdef0", "--wait")).isEqualTo(255);
        assertThat(err()).contains("i-0123456789abcdef0 is terminated: no room");
    }

    @Test
    void endsAsTheAwsCommandDoesWhenTheServiceRefuses() {
        cloud.answers(
                "TerminateInstances",
                400,
                FakeCloud.error(
                        "InvalidInstanceID.NotFound",
                        "The instance ID 'i-0000000000000000a' does not exist"));
        assertThat(brume("instance", "terminate", "i-0000000000000000a")).isEqualTo(254);
        assertThat(out()).isEmpty();
        assertThat(err())
                .isEqualTo(
                        """
                        brume: error: The instance ID 'i-0000000000000000a' does not exist (InvalidInstanceID.NotFound)
                               what to do: see: brume instance list
                        """);
    }

    @Test
    void asksForAnIdWhenANameIsNotOne() {
        cloud.answers(
                "DescribeInstances",
                instances("running")
                        .replace(
                                "</instancesSet>",
                                INSTANCE.formatted("running")
                                                .replace(
                                                        "i-0123456789abcdef0",
                                                        "i-0123456789abcdef1")
                                        + "</instancesSet>"));
        assertThat(brume("instance", "stop", "first")).isEqualTo(252);
        assertThat(err())
                .contains("2 instances are called first")
                .contains("i-0123456789abcdef0, i-0123456789abcdef1");
        assertThat(cloud.calls("StopInstances")).isEmpty();
    }

    @Test
    void makesAnImageOfAnInstanceForTheSameUser() {
        cloud.answers(
                "DescribeInstances",
                """
                <R><reservationSet><item><instancesSet><item><instanceId>i-0123456789abcdef0</instanceId>
                <imageId>ami-1</imageId></item></instancesSet></item></reservationSet></R>
                """);
        cloud.answers(
                        "DescribeImages",
                        "<R><imagesSet><item><imageId>ami-1</imageId><tagSet><item><key>brume:user</key>"
                            + "<value>admin</value></item></tagSet></item></imagesSet></R>")
                .answers(
                        "DescribeImages",
                        "<R><imagesSet><item><imageId>ami-2</imageId><name>golden</name>"
                                + "<imageState>pending</imageState></item></imagesSet></R>");
        cloud.answers("CreateImage", "<R><imageId>ami-2</imageId></R>");
        assertThat(brume("image", "create", "i-0123456789abcdef0", "golden", "--no-reboot"))
                .isZero();
        assertThat(out()).contains("ami-2").contains("pending");
        var asked = cloud.calls("CreateImage").getFirst();
        assertThat(asked)
                .containsEntry("NoReboot", "true")
                .containsEntry("TagSpecification.1.Tag.1.Value", "admin");
    }

    @Test
    void copiesAnImage() {
        cloud.answers(
                        "DescribeImages",
                        "<R><imagesSet><item><imageId>ami-1</imageId><name>small</name><tagSet><item>"
                            + "<key>brume:user</key><value>admin</value></item></tagSet></item>"
                            + "</imagesSet></R>")
                .answers(
                        "DescribeImages",
                        "<R><imagesSet><item><imageId>ami-2</imageId><name>small-copy</name>"
                                + "<imageState>available</imageState></item></imagesSet></R>");
        cloud.answers("CopyImage", "<R><imageId>ami-2</imageId></R>");
        assertThat(brume("image", "copy", "ami-1", "--encrypted", "--wait")).isZero();
        assertThat(out()).contains("ami-2").contains("available");
        assertThat(cloud.calls("CopyImage").getFirst())
                .containsEntry("SourceImageId", "ami-1")
                .containsEntry("SourceRegion", "us-east-1")
                .containsEntry("Name", "small-copy")
                .containsEntry("Encrypted", "true")
                .containsEntry("TagSpecification.1.Tag.1.Value", "admin");
    }

    @Test
    void listsNodesFromBrumesOwnApi() {
        cloud.answers(
                "Brume.ListNodes",
                """
                {"Nodes": [{"NodeId": "node-1", "Role": "node-agent", "HostName": "host", "Zone": "us-east-1a",
                 "State": "connected", "Acceleration": "tcg", "VcpusTotal": 8, "VcpusUsed": 4, "MemoryTotalMiB": 16384,
                 "MemoryUsedMiB": 2048, "DiskTotalBytes": 107374182400, "DiskFreeBytes": 90194313216,
                 "Extra": {"a": [1, 2.5, true, null]}}]}
                """);
        assertThat(brume("node", "list")).isZero();
        assertThat(out())
                .isEqualTo(
                        """
                        NodeId  Role        HostName  Zone        State      Acceleration  Vcpus   Memory             Disk
                        node-1  node-agent  host      us-east-1a  connected  tcg           4 of 8  2048 of 16384 MiB  16 of 100 GiB
                        """);
        assertThat(cloud.calls("Brume.ListNodes").getFirst().get("authorization"))
                .contains("/us-east-1/brume/aws4_request");
        assertThat(brume("node", "list", "--output", "json")).isZero();
        assertThat(out()).contains("\"MemoryUsedMiB\": 2048").contains("2.5");
    }

    @Test
    void readsErrorsOfBrumesOwnApi() {
        cloud.answers(
                "Brume.DeleteAccount",
                400,
                "{\"__type\": \"brume#NoSuchEntity\", \"message\": \"there is no account 1\"}");
        assertThat(brume("account", "delete", "1", "--yes")).isEqualTo(254);
        assertThat(err()).contains("there is no account 1 (NoSuchEntity)");
    }

    @Test
    void asksBeforeItEmptiesAnAccount() {
        assertThat(brume("account", "reset", "123456789012")).isEqualTo(252);
        assertThat(err()).contains("every resource of 123456789012").contains("--yes");
        assertThat(cloud.calls("Brume.ResetAccount")).isEmpty();
    }

    @Test
    void importsABundleUnderItsOwnName() throws IOException {
        Path bundle = Files.createDirectories(home.resolve("data/images/tiny"));
        Files.writeString(
                bundle.resolve("image.json"),
                "{\"name\": \"tiny\", \"architecture\": \"x86_64\", \"user\": \"root\","
                        + " \"sizeBytes\": 1}");
        cloud.answers("DescribeImages", "<R><imagesSet/></R>")
                .answers(
                        "DescribeImages",
                        "<R><imagesSet><item><imageId>ami-9</imageId><name>tiny</name>"
                            + "<imageState>available</imageState><isPublic>true</isPublic></item></imagesSet></R>")
                .answers("RegisterImage", "<R><imageId>ami-9</imageId></R>")
                .answers("CreateTags", "<R/>")
                .answers("ModifyImageAttribute", "<R/>");
        assertThat(brume("image", "import", bundle.toString(), "--public", "--if-absent", "--wait"))
                .as(this::err)
                .isZero();
        assertThat(cloud.calls("RegisterImage").getFirst())
                .containsEntry("Name", "tiny")
                .containsEntry(
                        "ImageLocation",
                        bundle.toRealPath().toUri().toString().replaceAll("/$", ""));
        assertThat(cloud.calls("CreateTags").getFirst())
                .containsEntry("Tag.1.Key", "brume:user")
                .containsEntry("Tag.1.Value", "root");
        assertThat(cloud.calls("ModifyImageAttribute").getFirst())
                .containsEntry("LaunchPermission.Add.1.Group", "all");
    }

    @Test
    void refusesToSendAPrivateKey() throws IOException {
        Path key = Files.writeString(home.resolve("id"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        assertThat(brume("key", "import", "mine", key.toString())).isEqualTo(252);
        assertThat(err()).contains("is a private key");
    }

    @Test
    void saysWhenNothingAnswers() {
        cloud.close();
        assertThat(brume("key", "list")).isEqualTo(255);
        assertThat(err()).contains("nothing answers at http://127.0.0.1:").contains("./brume up");
    }

    @Test
    void saysWhenTheAnswerIsNotACloudsAnswer() {
        cloud.answers("DescribeKeyPairs", 502, "Bad Gateway");
        assertThat(brume("key", "list")).isEqualTo(255);
        assertThat(err()).contains("status 502");
    }

    @ParameterizedTest
    @CsvSource({
        "bogus, there is no command bogus",
        "instance bogus, Unmatched argument",
        "instance list --bogus, Unknown option",
        "instance show, Missing required parameter",
        "instance run x --count many, Invalid value for option",
        "instance run x --wait=never, --wait takes running or ssh",
        "instance run --if-absent, --if-absent needs a name",
        "node list --output xml, Invalid value for option"
    })
    void endsWith252WhenTheCallIsWrong(String call, String message) {
        assertThat(brume(call.split(" "))).isEqualTo(252);
        assertThat(err()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "instance run",
                "instance list",
                "instance show",
                "instance start",
                "instance stop",
                "instance reboot",
                "instance terminate",
                "instance console",
                "instance ssh",
                "image list",
                "image import",
                "image build",
                "image create",
                "image copy",
                "key create",
                "key import",
                "key list",
                "key delete",
                "node list",
                "node show",
                "account create",
                "account list",
                "account reset",
                "account delete"
            })
    void helpsWithExamples(String command) {
        assertThat(brume((command + " --help").split(" "))).isZero();
        assertThat(out())
                .startsWith("Usage: brume " + command)
                .contains("Examples:", "  brume " + command);
        assertThat(err()).isEmpty();
    }

    @Test
    void listsAllCommandsInItsHelp() {
        assertThat(brume("--help")).isZero();
        assertThat(out()).contains("instance", "image", "key", "node", "account", "cloud");
        assertThat(brume("completion")).isZero();
        assertThat(out()).contains("terminate").contains("--if-absent");
    }

    @Test
    void listsANounsCommandsInItsHelp() {
        for (String help : List.of("--help", "-h", "help")) {
            assertThat(brume("volume", help)).isZero();
            assertThat(out()).startsWith("Usage: brume volume").contains("attach", "modify");
            assertThat(err()).isEmpty();
        }
    }

    @Test
    void saysItsVersion() {
        assertThat(brume("--version")).isZero();
        assertThat(out()).startsWith("brume ");
    }

    private static final String VOLUME =
            """
            <R><volumeSet><item><volumeId>vol-0123456789abcdef0</volumeId><size>8</size>
            <snapshotId/><availabilityZone>us-east-1a</availabilityZone><status>%s</status>
            <createTime>2026-11-20T12:00:00.000Z</createTime><volumeType>gp3</volumeType>
            <iops>3000</iops><throughput>125</throughput>
            <attachmentSet>%s</attachmentSet>
            <tagSet><item><key>Name</key><value>data</value></item></tagSet></item></volumeSet></R>
            """;
    private static final String ATTACHMENT =
            "<item><instanceId>i-0123456789abcdef0</instanceId><device>/dev/sdf</device>"
                    + "<status>%s</status></item>";

    @Test
    void makesAVolumeAndWaitsForIt() {
        cloud.answers(
                        "DescribeAvailabilityZones",
                        "<R><availabilityZoneInfo><item><zoneName>us-east-1a</zoneName></item>"
                                + "</availabilityZoneInfo></R>")
                .answers("CreateVolume", "<R><volumeId>vol-0123456789abcdef0</volumeId></R>")
                .answers("DescribeVolumes", VOLUME.formatted("creating", ""))
                .answers("DescribeVolumes", VOLUME.formatted("available", ""));
        assertThat(brume("volume", "create", "data", "--size", "8", "--wait")).isZero();
        assertThat(out()).contains("vol-0123456789abcdef0  data  available  8     gp3");
        assertThat(cloud.calls("CreateVolume").getFirst())
                .containsEntry("AvailabilityZone", "us-east-1a")
                .containsEntry("Size", "8")
                .containsEntry("VolumeType", "gp3")
                .containsEntry("TagSpecification.1.ResourceType", "volume")
                .containsEntry("TagSpecification.1.Tag.1.Value", "data");
        assertThat(brume("volume", "create", "data")).isEqualTo(252);
        assertThat(err()).contains("the volume needs a size");
    }

    @Test
    void attachesAVolumeByNames() {
        cloud.answers("DescribeVolumes", VOLUME.formatted("available", ""))
                .answers("DescribeVolumes", "<R><volumeSet/></R>")
                .answers(
                        "DescribeVolumes",
                        VOLUME.formatted("in-use", ATTACHMENT.formatted("attaching")))
                .answers(
                        "DescribeVolumes",
                        VOLUME.formatted("in-use", ATTACHMENT.formatted("attached")))
                .answers("DescribeInstances", instances("running"))
                .answers("AttachVolume", "<R/>");
        assertThat(brume("volume", "attach", "data", "first", "--wait")).isZero();
        assertThat(cloud.calls("AttachVolume").getFirst())
                .containsEntry("VolumeId", "vol-0123456789abcdef0")
                .containsEntry("InstanceId", "i-0123456789abcdef0")
                .containsEntry("Device", "/dev/sdf");
        assertThat(err()).contains("vol-0123456789abcdef0 attached after");
    }

    @Test
    void attachesTheNextVolumeAtTheNextDevice() {
        cloud.answers(
                        "DescribeVolumes",
                        VOLUME.formatted("in-use", ATTACHMENT.formatted("attached")))
                .answers("DescribeInstances", instances("running"))
                .answers("AttachVolume", "<R/>");
        assertThat(brume("volume", "attach", "vol-0123456789abcdef1", "first")).isZero();
        assertThat(cloud.calls("AttachVolume").getFirst()).containsEntry("Device", "/dev/sdg");
        assertThat(cloud.calls("DescribeVolumes").getFirst())
                .containsEntry("Filter.1.Name", "attachment.instance-id")
                .containsEntry("Filter.1.Value.1", "i-0123456789abcdef0");
    }

    @Test
    void showsTheReplicasOfAVolume() {
        cloud.answers("DescribeVolumes", VOLUME.formatted("available", ""))
                .answers(
                        "Brume.ShowVolume",
                        """
                        {"Volume": {"VolumeId": "vol-0123456789abcdef0", "Epoch": 4,
                          "Replicas": [
                            {"NodeId": "node-0000000000000000a", "HostName": "one", "Role": "in-sync",
                             "Percent": 100, "Connected": true, "Phase": "ready"},
                            {"NodeId": "node-0000000000000000b", "HostName": "two",
                             "Role": "rebuilding", "Percent": 42, "Connected": true}]}}
                        """);
        assertThat(brume("volume", "show", "data")).isZero();
        assertThat(out())
                .contains("Epoch")
                .containsPattern("node-0000000000000000a +one +in-sync +100 +true +ready")
                .containsPattern("node-0000000000000000b +two +rebuilding +42 +true");
        assertThat(brume("volume", "show", "data", "--output", "json")).isZero();
        assertThat(out()).contains("\"Role\": \"rebuilding\"");
    }

    @Test
    void takesASnapshotAndWaitsForAllOfIt() {
        String snapshot =
                "<R><snapshotSet><item><snapshotId>snap-0123456789abcdef0</snapshotId>"
                        + "<status>%s</status><progress>%s</progress></item></snapshotSet></R>";
        cloud.answers("DescribeVolumes", VOLUME.formatted("available", ""))
                .answers("CreateSnapshot", "<R><snapshotId>snap-0123456789abcdef0</snapshotId></R>")
                .answers("DescribeSnapshots", snapshot.formatted("pending", "40%"))
                .answers("DescribeSnapshots", snapshot.formatted("completed", "100%"))
                .answers("DeleteSnapshot", "<R/>");
        assertThat(brume("snapshot", "create", "data", "--name", "nightly", "--wait")).isZero();
        assertThat(out()).contains("completed").contains("100%");
        assertThat(cloud.calls("CreateSnapshot").getFirst())
                .containsEntry("VolumeId", "vol-0123456789abcdef0")
                .containsEntry("TagSpecification.1.Tag.1.Value", "nightly");
        assertThat(brume("snapshot", "delete", "snap-0123456789abcdef0")).isZero();
        assertThat(out()).contains("deleted snap-0123456789abcdef0");
    }

    @Test
    void encryptsAVolume() {
        cloud.answers("CreateVolume", "<R><volumeId>vol-0123456789abcdef0</volumeId></R>")
                .answers("DescribeVolumes", VOLUME.formatted("available", ""));
        assertThat(
                        brume(
                                "volume",
                                "create",
                                "data",
                                "--size",
                                "4",
                                "--zone",
                                "lab-1a",
                                "--encrypted"))
                .isZero();
        assertThat(cloud.calls("CreateVolume").getFirst()).containsEntry("Encrypted", "true");
    }

    @Test
    void copiesASnapshotAndShowsWhoKeepsIt() {
        cloud.answers("CopySnapshot", "<R><snapshotId>snap-0123456789abcdef1</snapshotId></R>")
                .answers(
                        "DescribeSnapshots",
                        "<R><snapshotSet><item><snapshotId>snap-0123456789abcdef1</snapshotId>"
                                + "<status>completed</status><progress>100%</progress>"
                                + "<encrypted>true</encrypted></item></snapshotSet></R>")
                .answers(
                        "Brume.ShowSnapshot",
                        """
                        {"Snapshot": {"SnapshotId": "snap-0123456789abcdef1", "Copies": "1 of 2",
                          "Nodes": [
                            {"NodeId": "node-0000000000000000a", "HostName": "one",
                             "Connected": true, "Phase": "completed", "Percent": 100},
                            {"NodeId": "node-0000000000000000b", "HostName": "two",
                             "Connected": true, "Phase": "pending", "Percent": 42}]}}
                        """);
        assertThat(
                        brume(
                                "snapshot",
                                "copy",
                                "snap-0123456789abcdef0",
                                "--encrypted",
                                "--name",
                                "kept",
                                "--wait"))
                .isZero();
        assertThat(cloud.calls("CopySnapshot").getFirst())
                .containsEntry("SourceSnapshotId", "snap-0123456789abcdef0")
                .containsKey("SourceRegion")
                .containsEntry("Encrypted", "true")
                .containsEntry("TagSpecification.1.Tag.1.Value", "kept");
        assertThat(brume("snapshot", "show", "snap-0123456789abcdef1")).isZero();
        assertThat(out())
                .containsPattern("Copies +1 of 2")
                .containsPattern("Encrypted +true")
                .containsPattern("node-0000000000000000b +two +true +pending +42");
        assertThat(brume("snapshot", "show", "snap-0123456789abcdef1", "--output", "json"))
                .isZero();
        assertThat(out()).contains("\"Phase\": \"pending\"");
    }
}
