package io.brume.node;

import com.google.protobuf.ByteString;
import io.brume.common.tls.Certificates;
import io.brume.node.image.ImageStore.StoredImage;
import io.brume.node.network.InstanceMetadata;
import io.brume.node.network.VpcTopology;
import io.brume.node.volume.CutGroup;
import io.brume.node.volume.DataKey;
import io.brume.node.volume.OutsideAddress;
import io.brume.node.volume.OutsideOffer;
import io.brume.node.volume.ReplicaWant;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.VolumeWant;
import io.brume.proto.node.v1.DiskSpec;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.InterfaceSpec;
import io.brume.proto.node.v1.MetadataSpec;
import io.brume.proto.node.v1.NicSpec;
import io.brume.proto.node.v1.OutsideObservation;
import io.brume.proto.node.v1.OutsideSpec;
import io.brume.proto.node.v1.RebuildProgress;
import io.brume.proto.node.v1.RuleSpec;
import io.brume.proto.node.v1.SecurityGroupSpec;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.proto.node.v1.VpcSpec;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words of the wire in the words of the agent's ports. Pure. */
final class Translation {
    private static final int MAX_REASON_CHARACTERS = 1000;

    private Translation() {}

    static VpcTopology topology(VpcSpec spec, String nodeId) {
        return new VpcTopology(
                spec.getVpcId(),
                spec.getNumber(),
                spec.getCidrsList(),
                spec.getSubnetsList().stream()
                        .map(subnet ->
                                new VpcTopology.Subnet(
                                        subnet.getSubnetId(),
                                        subnet.getCidr(),
                                        subnet.getInternetRoute()))
                        .toList(),
                spec.getInterfacesList().stream()
                        .map(one -> networkInterface(one, nodeId))
                        .toList(),
                spec.getSecurityGroupsList().stream().map(Translation::group).toList(),
                spec.getDomainName());
    }

    private static VpcTopology.Interface networkInterface(InterfaceSpec spec, String nodeId) {
        return new VpcTopology.Interface(
                spec.getNetworkInterfaceId(),
                spec.getInstanceId(),
                spec.getSubnetId(),
                spec.getMac(),
                spec.getPrivateIp(),
                spec.getPublicIp(),
                spec.getHostName(),
                spec.getSecurityGroupIdsList(),
                spec.getSourceDestCheck(),
                spec.getNodeId().equals(nodeId),
                spec.getNetworkBitsPerSecond());
    }

    private static VpcTopology.SecurityGroup group(SecurityGroupSpec spec) {
        return new VpcTopology.SecurityGroup(
                spec.getGroupId(),
                spec.getIngressList().stream().map(Translation::rule).toList(),
                spec.getEgressList().stream().map(Translation::rule).toList());
    }

    private static VpcTopology.Rule rule(RuleSpec spec) {
        VpcTopology.Peer peer =
                switch (spec.getPeerCase()) {
                    case CIDR -> new VpcTopology.Peer.Block(spec.getCidr());
                    case GROUP_ID -> new VpcTopology.Peer.Group(spec.getGroupId());
                    case PEER_NOT_SET ->
                            throw new IllegalArgumentException("a rule without a peer");
                };
        return new VpcTopology.Rule(spec.getProtocol(), spec.getFromPort(), spec.getToPort(), peer);
    }

    /** A volume as its coordinator is to have it. */
    static VolumeWant want(VolumeSpec spec, long generation) {
        return new VolumeWant(
                spec.getVolumeId(),
                generation,
                spec.getEpoch(),
                spec.getSizeBytes(),
                spec.getReplicasList().stream()
                        .map(replica ->
                                new ReplicaWant(
                                        replica.getNodeId(),
                                        replica.getRole() == VolumeReplica.Role.ROLE_IN_SYNC,
                                        replica.getAddress(),
                                        replica.getSocket(),
                                        replica.getHostName()))
                        .toList(),
                spec.getIopsLimit(),
                spec.getBytesPerSecondLimit(),
                spec.getCutsList(),
                DataKey.of(spec.getEncrypted(), spec.getDataKey().toByteArray()),
                spec.getCutGroupsList().stream()
                        .map(group ->
                                new CutGroup(
                                        group.getGroupId(),
                                        group.getSnapshotId(),
                                        Set.copyOf(group.getVolumeIdsList())))
                        .toList());
    }

    /** Who is let in from outside. */
    static OutsideOffer offer(OutsideSpec spec) {
        try {
            return new OutsideOffer(
                    Instant.ofEpochMilli(spec.getUntilMillis()),
                    spec.getClientFingerprint(),
                    Certificates.parse(spec.getAuthority().toByteArray()),
                    spec.getReadOnly());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the authority has no certificate", e);
        }
    }

    static OutsideObservation observation(OutsideAddress door) {
        return OutsideObservation.newBuilder()
                .setAddress(door.address().toString())
                .setAuthority(ByteString.copyFrom(Certificates.encode(door.authority())))
                .build();
    }

    /** What a coordinator reports, as far as it says something of the volume's replicas. */
    static VolumeObservation.Builder observation(VolumeStatus status) {
        var seen =
                VolumeObservation.newBuilder()
                        .setVolumeId(status.volumeId())
                        .setGeneration(status.generation())
                        .setEpoch(status.epoch())
                        .setReason(words(status.reason()))
                        .addAllFailedNodeIds(status.failedNodeIds())
                        .addAllCuts(status.cuts())
                        .addAllFailedCuts(status.failedCuts())
                        .setSizeBytes(status.sizeBytes());
        for (VolumeStatus.Rebuilding replica : status.rebuilding()) {
            seen.addRebuilding(
                    RebuildProgress.newBuilder()
                            .setNodeId(replica.nodeId())
                            .setPercent(Math.clamp(replica.percent(), 0, 100))
                            .setInStep(replica.inStep()));
        }
        return seen;
    }

    /** The root first, then in the order of the device names. */
    private static List<DiskSpec> ordered(List<DiskSpec> disks) {
        return disks.stream()
                .sorted(
                        Comparator.comparing((DiskSpec disk) -> !disk.getRoot())
                                .thenComparing(DiskSpec::getDeviceName))
                .toList();
    }

    static InstanceMetadata metadata(InstanceSpec spec, String architecture) {
        MetadataSpec told = spec.getMetadata();
        NicSpec nic =
                spec.getNicsList().stream()
                        .min(Comparator.comparingInt(NicSpec::getDeviceIndex))
                        .orElseGet(NicSpec::getDefaultInstance);
        return new InstanceMetadata(
                spec.getInstanceId(),
                spec.getAccountId(),
                nic.getVpcId(),
                nic.getPrivateIp(),
                told.getPublicIp(),
                told.getPublicHostName(),
                nic.getMac(),
                nic.getNetworkInterfaceId(),
                told.getSubnetId(),
                told.getSubnetCidr(),
                told.getVpcCidr(),
                told.getImageId().isEmpty() ? spec.getImageId() : told.getImageId(),
                told.getInstanceType(),
                architecture,
                told.getReservationId(),
                told.getLaunchIndex(),
                told.getHostName(),
                told.getRegion(),
                told.getZone(),
                told.getZoneId(),
                told.getSecurityGroupNamesList(),
                told.getSecurityGroupIdsList(),
                told.getUserData().toByteArray(),
                told.getPublicKeysList().stream()
                        .map(key -> new InstanceMetadata.PublicKey(key.getName(), key.getOpenssh()))
                        .toList(),
                Map.copyOf(told.getTagsMap()),
                told.getTagsEnabled(),
                told.getEndpointEnabled(),
                told.getTokensRequired(),
                Math.clamp(told.getHopLimit(), 1, 64),
                Instant.ofEpochSecond(told.getPendingTimeSeconds()).toString(),
                blockDevices(spec));
    }

    /** Source: EC2 user guide, instance metadata category block-device-mapping. */
    private static List<InstanceMetadata.BlockDevice> blockDevices(InstanceSpec spec) {
        List<InstanceMetadata.BlockDevice> devices = new ArrayList<>();
        int ebs = 0;
        for (DiskSpec disk : ordered(spec.getDisksList())) {
            if (disk.getRoot()) {
                devices.add(new InstanceMetadata.BlockDevice("ami", disk.getDeviceName()));
                devices.add(new InstanceMetadata.BlockDevice("root", disk.getDeviceName()));
            } else {
                ebs++;
                devices.add(new InstanceMetadata.BlockDevice("ebs" + ebs, disk.getDeviceName()));
            }
        }
        return devices;
    }

    static ImageObservation observation(StoredImage stored, long generation) {
        return ImageObservation.newBuilder()
                .setImageId(stored.imageId())
                .setGeneration(generation)
                .setPhase(ImageObservation.Phase.PHASE_READY)
                .setProgressPercent(100)
                .setVirtualSizeBytes(stored.virtualSizeBytes())
                .setStoredSizeBytes(stored.storedSizeBytes())
                .setBootMode(stored.bootMode())
                .setFormat(stored.format())
                .setDescription(stored.description())
                .build();
    }

    /** What an exception says to people. */
    static String words(Exception failure) {
        return words(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    private static String words(String said) {
        return said.length() > MAX_REASON_CHARACTERS
                ? said.substring(0, MAX_REASON_CHARACTERS)
                : said;
    }
}
