package io.brume.control.reconcile;

import com.google.protobuf.ByteString;
import io.brume.control.domain.image.Architecture;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceType;
import io.brume.control.domain.volume.Volume;
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

    private InstanceSpecs() {}

    /**
     * An instance with what it refers to.
     *
     * @param interfaces its own, in device index order
     * @param volumes those that it is to have, its root first
     * @param groups those of its first interface
     * @param region where it is, and how its zone is called everywhere
     */
    record Contents(
            Instance instance,
            InstanceType type,
            List<NetworkInterface> interfaces,
            List<Volume> volumes,
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
                        .setImageId(instance.launch().bootImage().map(ImageId::value).orElse(""))
                        .setBootMode(bootMode(instance.launch()))
                        .setMetadata(metadata(contents));
        contents.volumes().forEach(volume -> spec.addDisks(disk(volume, instance)));
        var interfaces = contents.interfaces();
        for (int i = 0; i < interfaces.size(); i++) {
            spec.addNics(nic(interfaces.get(i), i));
        }
        return spec.build();
    }

    /** As hosts call it; AWS starts what says nothing as its processors have always been. */
    private static String bootMode(Instance.Launch launch) {
        if (launch.bootImage().isPresent()) {
            return "direct";
        }
        return BootMode.of(launch.bootMode())
                .map(mode -> mode == BootMode.LEGACY_BIOS ? "bios" : mode.toString())
                .orElseGet(() ->
                        launch.architecture().equals(Architecture.X86_64.toString())
                                ? "bios"
                                : "uefi");
    }

    private static DiskSpec disk(Volume volume, Instance instance) {
        return DiskSpec.newBuilder()
                .setVolumeId(volume.id().value())
                .setDeviceName(volume.attachment().orElseThrow().device())
                .setSizeBytes(volume.configuration().sizeBytes())
                .setRoot(volume.isRootOf(instance))
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
