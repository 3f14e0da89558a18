package io.brume.control.reconcile;

import com.google.protobuf.ByteString;
import io.brume.control.domain.instance.Disk;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceType;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.Vpc;
import io.brume.proto.node.v1.DiskSpec;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.MetadataSpec;
import io.brume.proto.node.v1.NicSpec;
import io.brume.proto.node.v1.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Writes an instance the way its host is told of it. Pure; the same instance gives the same
 * message.
 */
final class InstanceSpecs {
    private static final int MILLIS = 1000;

    /** What AWS gives every gp3 volume. */
    private static final long DISK_IOPS = 3000;

    private static final long DISK_BYTES_PER_SECOND = 125L << 20;

    private InstanceSpecs() {}

    /**
     * An instance with what it refers to.
     *
     * @param interfaces its own, in device index order
     * @param groups those of its first interface
     * @param region where it is, and how its zone is called everywhere
     */
    record Contents(
            Instance instance,
            InstanceType type,
            List<NetworkInterface> interfaces,
            Vpc vpc,
            Subnet subnet,
            List<SecurityGroup> groups,
            Map<String, String> tags,
            String region,
            String domainName) {}

    static InstanceSpec render(Contents contents, InstancePlanner.Power power) {
        var instance = contents.instance();
        var spec =
                InstanceSpec.newBuilder()
                        .setInstanceId(instance.id().value())
                        .setAccountId(instance.account().value())
                        .setPower(
                                switch (power) {
                                    case RUNNING -> InstanceSpec.Power.POWER_RUNNING;
                                    case STOPPED -> InstanceSpec.Power.POWER_STOPPED;
                                    case ABSENT -> InstanceSpec.Power.POWER_ABSENT;
                                })
                        .setRunEpoch(instance.runEpoch())
                        .setRebootEpoch(instance.rebootEpoch())
                        .setForceStop(instance.forceStop())
                        .setVcpus(contents.type().vcpus())
                        .setMemoryMib(contents.type().memoryMib())
                        .setCpuLimitMillis(contents.type().vcpus() * MILLIS)
                        .setNetworkBitsPerSecond(contents.type().networkBitsPerSecond())
                        .setImageId(instance.launch().image().value())
                        .setMetadata(metadata(contents));
        var disks = instance.disks();
        for (int i = 0; i < disks.size(); i++) {
            spec.addDisks(disk(disks.get(i), i == 0));
        }
        var interfaces = contents.interfaces();
        for (int i = 0; i < interfaces.size(); i++) {
            spec.addNics(nic(interfaces.get(i), i));
        }
        return spec.build();
    }

    private static DiskSpec disk(Disk disk, boolean root) {
        return DiskSpec.newBuilder()
                .setVolumeId(disk.volume().value())
                .setDeviceName(disk.deviceName())
                .setSizeBytes(disk.sizeBytes())
                .setRoot(root)
                .setDeleteOnTermination(disk.deleteOnTermination())
                .setIopsLimit(DISK_IOPS)
                .setBytesPerSecondLimit(DISK_BYTES_PER_SECOND)
                .build();
    }

    private static NicSpec nic(NetworkInterface networkInterface, int index) {
        return NicSpec.newBuilder()
                .setNetworkInterfaceId(networkInterface.id().value())
                .setVpcId(networkInterface.vpcId().value())
                .setMac(networkInterface.mac().toString())
                .setPrivateIp(networkInterface.privateIp().toString())
                .setDeviceIndex(index)
                .build();
    }

    private static MetadataSpec metadata(Contents contents) {
        var instance = contents.instance();
        var launch = instance.launch();
        var options = instance.settings().metadata();
        var spec =
                MetadataSpec.newBuilder()
                        .setImageId(launch.image().value())
                        .setInstanceType(instance.settings().type())
                        .setReservationId(launch.reservation().value())
                        .setLaunchIndex(launch.index())
                        .setRegion(contents.region())
                        .setZone(launch.zone())
                        .setZoneId(contents.subnet().zoneId())
                        .setSubnetId(contents.subnet().id().value())
                        .setSubnetCidr(contents.subnet().block().toString())
                        .setVpcCidr(contents.vpc().block().toString())
                        .setUserData(
                                ByteString.copyFrom(
                                        Base64.getDecoder().decode(instance.settings().userData())))
                        .putAllTags(contents.tags())
                        .setTagsEnabled(options.tagsEnabled())
                        .setEndpointEnabled(options.endpointEnabled())
                        .setTokensRequired(options.tokensRequired())
                        .setHopLimit(options.hopLimit())
                        .setPendingTimeSeconds(instance.startedAt().getEpochSecond());
        if (!contents.interfaces().isEmpty()) {
            var first = contents.interfaces().getFirst();
            spec.setHostName("ip-" + first.privateIp().dashed() + "." + contents.domainName());
            var publicIp = first.publicIp();
            if (publicIp != null) {
                spec.setPublicIp(publicIp.toString());
            }
        }
        contents.groups()
                .forEach(group ->
                        spec.addSecurityGroupNames(group.name())
                                .addSecurityGroupIds(group.id().value()));
        if (!launch.publicKey().isEmpty()) {
            spec.addPublicKeys(
                    PublicKey.newBuilder()
                            .setName(launch.keyName())
                            .setOpenssh(launch.publicKey() + " " + launch.keyName()));
        }
        return spec.build();
    }
}
