package io.brume.cli.fleet;

import io.brume.common.config.HostPort;
import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.InMemoryJoinTokenStore;
import io.brume.control.fleet.InMemoryNodeDirectory;
import io.brume.control.fleet.InMemorySigningKeys;
import io.brume.control.fleet.JoinTokens;
import io.brume.control.fleet.grpc.FleetOptions;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.DiskSpec;
import io.brume.proto.node.v1.ImageSpec;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.InterfaceSpec;
import io.brume.proto.node.v1.NicSpec;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.proto.node.v1.VpcSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A control plane that is no more than its fleet, and what it has heard. */
public final class TestFleet implements AutoCloseable {
    static final String IMAGE = "ami-00000000000000001";
    static final String VPC = "vpc-00000000000000001";

    final CertificateAuthority authority = CertificateAuthority.create("test.brume", Time.system());
    final InMemoryNodeDirectory directory = new InMemoryNodeDirectory();
    final JoinTokens tokens =
            new JoinTokens(new InMemoryJoinTokenStore(), authority.fingerprint(), Time.system());
    final InMemorySigningKeys keys = new InMemorySigningKeys();
    public final List<FleetEvent> events = new CopyOnWriteArrayList<>();
    final Map<String, InstanceObservation> instances = new ConcurrentHashMap<>();
    private Optional<GrpcFleet> fleet = Optional.empty();
    private int port;

    /** Starts, or starts again at the same port with nothing desired. */
    public GrpcFleet start() throws IOException {
        var started =
                new GrpcFleet(
                        new FleetOptions(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                                // A loaded machine holds a host up for a second.
                                Duration.ofSeconds(1),
                                10,
                                Duration.ofDays(1)),
                        authority,
                        directory,
                        tokens,
                        keys,
                        Ids.secure(),
                        Time.system());
        started.listen(this::hear);
        started.start();
        port = started.port();
        fleet = Optional.of(started);
        return started;
    }

    private void hear(FleetEvent event) {
        events.add(event);
        if (event instanceof FleetEvent.InstanceObserved seen) {
            instances.put(seen.observation().getInstanceId(), seen.observation());
        }
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    public String token() {
        return tokens.create(Duration.ofMinutes(5));
    }

    InstanceObservation seen(String instanceId) {
        return instances.getOrDefault(instanceId, InstanceObservation.getDefaultInstance());
    }

    /** How many events of a kind were heard. */
    long count(Class<? extends FleetEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    void stop() {
        fleet.ifPresent(GrpcFleet::close);
        fleet = Optional.empty();
    }

    @Override
    public void close() {
        stop();
    }

    static Desired image(long generation) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setImage(ImageSpec.newBuilder().setImageId(IMAGE).setSource("file:/test.raw"))
                .build();
    }

    static Desired vpc(long generation, String nodeId, List<String> instanceIds) {
        var spec = VpcSpec.newBuilder().setVpcId(VPC).setNumber(1).addCidrs("10.0.0.0/16");
        for (String id : instanceIds) {
            spec.addInterfaces(
                    InterfaceSpec.newBuilder()
                            .setNetworkInterfaceId(eni(id))
                            .setInstanceId(id)
                            .setNodeId(nodeId));
        }
        return Desired.newBuilder().setGeneration(generation).setVpc(spec).build();
    }

    /** The volume that an instance starts from. */
    static Desired root(String instanceId) {
        return Desired.newBuilder()
                .setGeneration(1)
                .setVolume(
                        VolumeSpec.newBuilder()
                                .setVolumeId(rootId(instanceId))
                                .setEpoch(1)
                                .setSizeBytes(1 << 30)
                                .setInstanceId(instanceId)
                                .setDeviceName("/dev/xvda")
                                .addReplicas(
                                        VolumeReplica.newBuilder()
                                                .setNodeId("node-00000000000000001")
                                                .setRole(VolumeReplica.Role.ROLE_IN_SYNC)))
                .build();
    }

    static String rootId(String instanceId) {
        return instanceId.replace("i-", "vol-");
    }

    static Desired instance(String id, long generation, InstanceSpec.Power power, long runEpoch) {
        return instance(id, generation, power, runEpoch, 0);
    }

    static Desired instance(
            String id, long generation, InstanceSpec.Power power, long runEpoch, long reboots) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setInstance(
                        InstanceSpec.newBuilder()
                                .setInstanceId(id)
                                .setPower(power)
                                .setRunEpoch(runEpoch)
                                .setRebootEpoch(reboots)
                                .setVcpus(1)
                                .setMemoryMib(128)
                                .setBootMode("bios")
                                .addDisks(
                                        DiskSpec.newBuilder()
                                                .setVolumeId(rootId(id))
                                                .setDeviceName("/dev/xvda")
                                                .setRoot(true)
                                                .setSizeBytes(1 << 30)
                                                .setDeleteOnTermination(true))
                                .addNics(
                                        NicSpec.newBuilder()
                                                .setNetworkInterfaceId(eni(id))
                                                .setVpcId(VPC)
                                                .setMac("02:00:00:00:00:01")
                                                .setPrivateIp("10.0.0.5")))
                .build();
    }

    private static String eni(String instanceId) {
        return instanceId.replace("i-", "eni-");
    }

    static String id(int number) {
        return "i-%017x".formatted(number);
    }
}
