package io.brume.cli.fleet;

import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_ABSENT;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_RUNNING;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_STOPPED;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_ABSENT;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_RUNNING;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_STOPPED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.ConsoleChannel;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.DiskSpec;
import io.brume.proto.node.v1.ImageSpec;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.InterfaceSpec;
import io.brume.proto.node.v1.MetadataSpec;
import io.brume.proto.node.v1.NicSpec;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.proto.node.v1.Role;
import io.brume.proto.node.v1.RuleSpec;
import io.brume.proto.node.v1.SecurityGroupSpec;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.SnapshotSpec;
import io.brume.proto.node.v1.SubnetSpec;
import io.brume.proto.node.v1.VolumeFill;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.proto.node.v1.VpcSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real guest in a real network, from a volume of a snapshot of the small image: started, reached,
 * kept through a kill -9 of the agent, stopped, started again, terminated without a trace. Needs
 * root and QEMU; the image is built when {@code brume.image.small} does not name one.
 */
@Timeout(420)
class RealMachineIT {
    private static final String INSTANCE = "i-0aaaaaaaaaaaaaaa1";
    private static final String ROOT = "vol-0aaaaaaaaaaaaaaa1";
    private static final long ROOT_BYTES = 1L << 30;
    private static final String HIDDEN = "vol-0aaaaaaaaaaaaaaa2";
    private static final long HIDDEN_BYTES = 96L << 20;
    private static final String SNAPSHOT = "snap-0aaaaaaaaaaaaaaa1";
    private static final String VPC = "vpc-0aaaaaaaaaaaaaaa1";
    private static final String ENI = "eni-0aaaaaaaaaaaaaaa1";
    private static final String GROUP = "sg-0aaaaaaaaaaaaaaa1";
    private static final String SUBNET = "subnet-0aaaaaaaaaaaaaaa1";
    private static final String PUBLIC_IP = "198.19.77.10";
    private static final String MAC = "02:ab:cd:00:00:01";

    private static ConditionFactory within(int seconds) {
        return await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(seconds));
    }

    @Test
    void livesItsLife() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64"))
                        && System.getProperty("user.name").equals("root"),
                "needs root and QEMU");
        Path folder = Files.createTempDirectory("brume-real");
        // The emulator and its helpers run as users of their own, and must reach their files.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String name = "t" + ProcessHandle.current().pid() % 100_000;
        try (var control = new TestFleet()) {
            Path images = smallImage(folder);
            GrpcFleet fleet = control.start();
            Path token = folder.resolve("token");
            Files.writeString(token, control.token());
            try (var storage = storage(folder, control);
                    var agent =
                            new AgentProcess(
                                    folder,
                                    "io.brume.node.NodeAgent",
                                    Map.of(
                                            "data", folder.resolve("data").toString(),
                                            "control", control.address().toString(),
                                            "join.token", token.toString(),
                                            "name", name,
                                            "public.pool", "198.19.77.0/24",
                                            "images", images.getParent().toString(),
                                            "stop.within", "20s"))) {
                storage.start();
                agent.start();
                within(30).until(() -> fleet.connected().size() == 2);
                NodeId node = node(fleet, Role.ROLE_NODE_AGENT);
                NodeId store = node(fleet, Role.ROLE_STORAGE_NODE);
                try {
                    importImage(control, fleet, node, store, images);
                    live(control, fleet, node, store, agent);
                } finally {
                    remove(control, fleet, node);
                }
                assertNothingLeft(name, folder);
            } catch (Exception | AssertionError e) {
                System.out.println(Files.readString(folder.resolve("agent.log")));
                throw e;
            }
        } finally {
            run("rm", "-rf", folder.toString());
            removeControlGroups(name);
        }
    }

    private static AgentProcess storage(Path folder, TestFleet control) throws IOException {
        Path own = Files.createDirectory(folder.resolve("storage"));
        Path token = own.resolve("token");
        Files.writeString(token, control.token());
        return new AgentProcess(
                own,
                "io.brume.storage.StorageNode",
                Map.of(
                        "data", own.resolve("data").toString(),
                        "control", control.address().toString(),
                        "join.token", token.toString()));
    }

    private static NodeId node(GrpcFleet fleet, Role role) {
        return fleet.connected().entrySet().stream()
                .filter(host -> host.getValue().role() == role)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** The cloud's own groups, which outlive its agent; those of guests are gone by then. */
    private static void removeControlGroups(String name) throws Exception {
        run(
                "find",
                "/sys/fs/cgroup",
                "-maxdepth",
                "2",
                "-depth",
                "-type",
                "d",
                "-name",
                name,
                "-delete");
        assertThat(Path.of("/sys/fs/cgroup/memory", name)).doesNotExist();
    }

    private static Path smallImage(Path folder) throws Exception {
        String built = System.getProperty("brume.image.small", "");
        if (!built.isEmpty()) {
            return Path.of(built);
        }
        Path bundle = folder.resolve("images/small");
        Path root = Path.of("").toAbsolutePath().getParent();
        run(root.resolve("images/small/build").toString(), bundle.toString());
        return bundle;
    }

    /** A volume gets the image's contents, a snapshot is made of it, and the image's file goes. */
    private static void importImage(
            TestFleet control, GrpcFleet fleet, NodeId node, NodeId store, Path image) {
        long began = System.nanoTime();
        fleet.desire(store, replica(node, HIDDEN, HIDDEN_BYTES, ""));
        fleet.desire(node, image(1, image, true));
        var fill = VolumeFill.newBuilder().setImageId(TestFleet.IMAGE);
        fleet.desire(
                node,
                volume(
                        1,
                        fleet,
                        store,
                        HIDDEN,
                        HIDDEN_BYTES,
                        VolumeSpec.newBuilder().setFill(fill)));
        fleet.open();
        within(60).until(() -> latest(control).getFill().getDone());
        System.out.println("image and filling: " + millisSince(began) + " ms");
        fleet.desire(node, image(2, image, false));
        fleet.desire(
                store,
                Desired.newBuilder()
                        .setGeneration(1)
                        .setSnapshot(
                                SnapshotSpec.newBuilder()
                                        .setSnapshotId(SNAPSHOT)
                                        .setVolumeId(HIDDEN))
                        .build());
        fleet.desire(
                node,
                volume(
                        2,
                        fleet,
                        store,
                        HIDDEN,
                        HIDDEN_BYTES,
                        VolumeSpec.newBuilder().setFill(fill).addCuts(SNAPSHOT)));
        within(60).until(() -> isCompleted(control));
        System.out.println("with its snapshot: " + millisSince(began) + " ms");
        fleet.release(node, HIDDEN);
        fleet.release(store, HIDDEN);
    }

    private static boolean isCompleted(TestFleet control) {
        return control.events.stream()
                .filter(FleetEvent.SnapshotObserved.class::isInstance)
                .map(event -> ((FleetEvent.SnapshotObserved) event).observation())
                .anyMatch(seen -> seen.getPhase() == SnapshotObservation.Phase.PHASE_COMPLETED);
    }

    private static Desired replica(NodeId node, String volumeId, long sizeBytes, String base) {
        return Desired.newBuilder()
                .setGeneration(1)
                .setReplica(
                        ReplicaSpec.newBuilder()
                                .setVolumeId(volumeId)
                                .setEpoch(1)
                                .setSizeBytes(sizeBytes)
                                .setWriterNodeId(node.value())
                                .setBaseSnapshotId(base))
                .build();
    }

    private static Desired image(long generation, Path image, boolean keepDisk) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setImage(
                        ImageSpec.newBuilder()
                                .setImageId(TestFleet.IMAGE)
                                .setSource(image.toUri().toString())
                                .setFormat("bundle")
                                .setKeepDisk(keepDisk))
                .build();
    }

    private static Desired volume(
            long generation,
            GrpcFleet fleet,
            NodeId store,
            String volumeId,
            long sizeBytes,
            VolumeSpec.Builder spec) {
        var host = fleet.connected().get(store);
        assertThat(host).isNotNull();
        var server = host.facts().getBlockServer();
        return Desired.newBuilder()
                .setGeneration(generation)
                .setVolume(
                        spec.setVolumeId(volumeId)
                                .setEpoch(1)
                                .setSizeBytes(sizeBytes)
                                .setDeviceName("/dev/xvda")
                                .addReplicas(
                                        VolumeReplica.newBuilder()
                                                .setNodeId(store.value())
                                                .setRole(VolumeReplica.Role.ROLE_IN_SYNC)
                                                .setAddress(server.getAddress())
                                                .setSocket(server.getSocket())
                                                .setHostName(host.facts().getHostName())))
                .build();
    }

    private static VolumeObservation latest(TestFleet control) {
        return control.events.stream()
                .filter(FleetEvent.VolumeObserved.class::isInstance)
                .map(event -> ((FleetEvent.VolumeObserved) event).observation())
                .reduce((first, second) -> second)
                .orElseGet(VolumeObservation::getDefaultInstance);
    }

    private static void live(
            TestFleet control, GrpcFleet fleet, NodeId node, NodeId store, AgentProcess agent)
            throws Exception {
        long began = System.nanoTime();
        fleet.desire(store, replica(node, ROOT, ROOT_BYTES, SNAPSHOT));
        fleet.desire(
                node,
                volume(
                        1,
                        fleet,
                        store,
                        ROOT,
                        ROOT_BYTES,
                        VolumeSpec.newBuilder().setInstanceId(INSTANCE)));
        fleet.desire(node, vpc(node));
        fleet.desire(node, instance(1, POWER_RUNNING, 1, 0));
        within(60).until(() -> seen(control).getPhase() == PHASE_RUNNING);
        System.out.println("volume, network and start: " + millisSince(began) + " ms");
        within(90).until(() -> InetAddress.getByName(PUBLIC_IP).isReachable(500));
        System.out.println("answers a ping: " + millisSince(began) + " ms");
        within(60).until(() -> output(fleet, node).contains("login"));
        System.out.println("asks for a login: " + millisSince(began) + " ms");
        assertThat(agent.log().resolveSibling("data/storage/images/" + TestFleet.IMAGE))
                .isDirectoryNotContaining("glob:**/disk*");

        long guest = guest(agent).orElseThrow();
        agent.kill();
        agent.start();
        within(20).until(() -> control.count(FleetEvent.Connected.class) == 3);
        within(20).until(() -> fleet.connected().containsKey(node));
        assertThat(guest(agent)).as("the guest outlives its agent").contains(guest);
        assertThat(seen(control).getPhase()).isEqualTo(PHASE_RUNNING);
        assertThat(InetAddress.getByName(PUBLIC_IP).isReachable(2000)).isTrue();
        try (ConsoleChannel console = fleet.openConsole(node, INSTANCE)) {
            console.input().write("\n".getBytes(UTF_8));
            var heard = new StringBuilder();
            byte[] buffer = new byte[1024];
            while (heard.indexOf("login") < 0) {
                int count = console.output().read(buffer);
                assertThat(count).isPositive();
                heard.append(new String(buffer, 0, count, UTF_8));
            }
        }
        assertThat(fleet.screenshot(node, INSTANCE).get(10, TimeUnit.SECONDS))
                .startsWith(0xFF, 0xD8);

        fleet.desire(node, instance(2, POWER_RUNNING, 1, 1));
        within(20).until(() -> seen(control).getRebootEpoch() == 1);
        fleet.desire(node, instance(3, POWER_STOPPED, 1, 1));
        within(40).until(() -> seen(control).getPhase() == PHASE_STOPPED);
        assertThat(guest(agent)).isEmpty();
        fleet.desire(node, instance(4, POWER_RUNNING, 2, 1));
        within(40).until(() -> seen(control).getPhase() == PHASE_RUNNING);
        run("kill", "-9", String.valueOf(guest(agent).orElseThrow()));
        within(20).until(() -> seen(control).getPhase() == PHASE_STOPPED);
        assertThat(seen(control).getStopCause())
                .isEqualTo(InstanceObservation.StopCause.STOP_CAUSE_HYPERVISOR_EXIT);
    }

    private static void remove(TestFleet control, GrpcFleet fleet, NodeId node) {
        fleet.open();
        fleet.desire(node, instance(9, POWER_ABSENT, 2, 1));
        within(40).until(() -> seen(control).getPhase() == PHASE_ABSENT);
        fleet.release(node, INSTANCE);
        fleet.release(node, ROOT);
        fleet.release(node, VPC);
        fleet.release(node, TestFleet.IMAGE);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static InstanceObservation seen(TestFleet control) {
        return control.seen(INSTANCE);
    }

    private static String output(GrpcFleet fleet, NodeId node) throws Exception {
        return new String(
                fleet.consoleOutput(node, INSTANCE, 65_536).get(10, TimeUnit.SECONDS), UTF_8);
    }

    /** The process of the guest: the one that has this agent's folder among its arguments. */
    private static Optional<Long> guest(AgentProcess agent) throws IOException {
        String data = agent.log().resolveSibling("data").toString();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> commandLine(process).contains(data))
                    .filter(process -> commandLine(process).startsWith("/usr/bin/qemu-system"))
                    .map(process -> Long.parseLong(process.getFileName().toString()))
                    .findFirst();
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    private static void assertNothingLeft(String name, Path folder) throws Exception {
        within(20).until(() -> !run("ip", "netns", "list").contains(name + "-"));
        assertThat(folder.resolve("data/guests")).isEmptyDirectory();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            assertThat(
                            processes
                                    .filter(one -> one.getFileName().toString().matches("\\d+"))
                                    .map(RealMachineIT::commandLine)
                                    .filter(line -> line.contains(folder.resolve("data") + "/")))
                    .isEmpty();
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static Desired vpc(NodeId node) {
        return Desired.newBuilder()
                .setGeneration(1)
                .setVpc(
                        VpcSpec.newBuilder()
                                .setVpcId(VPC)
                                .setNumber(7)
                                .addCidrs("172.31.0.0/16")
                                .setDomainName("ec2.internal")
                                .addSubnets(
                                        SubnetSpec.newBuilder()
                                                .setSubnetId(SUBNET)
                                                .setCidr("172.31.0.0/20")
                                                .setInternetRoute(true))
                                .addInterfaces(
                                        InterfaceSpec.newBuilder()
                                                .setNetworkInterfaceId(ENI)
                                                .setInstanceId(INSTANCE)
                                                .setSubnetId(SUBNET)
                                                .setMac(MAC)
                                                .setPrivateIp("172.31.0.10")
                                                .setPublicIp(PUBLIC_IP)
                                                .setHostName("ip-172-31-0-10.ec2.internal")
                                                .addSecurityGroupIds(GROUP)
                                                .setSourceDestCheck(true)
                                                .setNodeId(node.value()))
                                .addSecurityGroups(
                                        SecurityGroupSpec.newBuilder()
                                                .setGroupId(GROUP)
                                                .addIngress(anything())
                                                .addEgress(anything())))
                .build();
    }

    private static RuleSpec anything() {
        return RuleSpec.newBuilder()
                .setProtocol(-1)
                .setFromPort(-1)
                .setToPort(-1)
                .setCidr("0.0.0.0/0")
                .build();
    }

    private static Desired instance(
            long generation, InstanceSpec.Power power, long runEpoch, long reboots) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setInstance(
                        InstanceSpec.newBuilder()
                                .setInstanceId(INSTANCE)
                                .setAccountId("123456789012")
                                .setPower(power)
                                .setRunEpoch(runEpoch)
                                .setRebootEpoch(reboots)
                                .setVcpus(1)
                                .setMemoryMib(256)
                                .setImageId(TestFleet.IMAGE)
                                .setBootMode("direct")
                                .addDisks(
                                        DiskSpec.newBuilder()
                                                .setVolumeId(ROOT)
                                                .setDeviceName("/dev/xvda")
                                                .setRoot(true)
                                                .setSizeBytes(1L << 30)
                                                .setDeleteOnTermination(true))
                                .addNics(
                                        NicSpec.newBuilder()
                                                .setNetworkInterfaceId(ENI)
                                                .setVpcId(VPC)
                                                .setMac(MAC)
                                                .setPrivateIp("172.31.0.10"))
                                .setMetadata(
                                        MetadataSpec.newBuilder()
                                                .setImageId(TestFleet.IMAGE)
                                                .setInstanceType("t3.micro")
                                                .setHostName("ip-172-31-0-10.ec2.internal")
                                                .setRegion("us-east-1")
                                                .setZone("us-east-1a")
                                                .setZoneId("use1-az1")
                                                .setEndpointEnabled(true)
                                                .setHopLimit(2)
                                                .setSubnetId(SUBNET)
                                                .setSubnetCidr("172.31.0.0/20")
                                                .setVpcCidr("172.31.0.0/16")
                                                .setPublicIp(PUBLIC_IP)))
                .build();
    }
}
