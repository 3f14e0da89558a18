package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.Region;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.instance.Instance.MetadataOptions;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.InstanceTypes;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.state.NetworkInterfaces;
import io.brume.control.state.Tags;
import io.brume.control.state.Volumes;
import io.brume.store.ReadTransaction;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.HypervisorType;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceBlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.InstanceMetadataOptionsResponse;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.InstancePrivateIpAddress;
import software.amazon.awssdk.services.ec2.model.MonitoringState;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceStatus;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.VirtualizationType;

/** An instance as AWS shows it. */
final class InstanceViews {
    private final Region region;

    InstanceViews(Region region) {
        this.region = requireNonNull(region);
    }

    /** An instance with its network interfaces as they are now. */
    Instance of(ReadTransaction tx, io.brume.control.domain.instance.Instance instance) {
        var interfaces = NetworkInterfaces.of(tx, instance.key());
        var primary = interfaces.isEmpty() ? null : interfaces.getFirst();
        var settings = instance.settings();
        var launch = instance.launch();
        var view =
                Instance.builder()
                        .instanceId(instance.id().value())
                        .imageId(launch.image().value())
                        .state(state(instance.state()))
                        .stateTransitionReason(instance.transitionReason())
                        .amiLaunchIndex(launch.index())
                        .productCodes(List.of())
                        .instanceType(settings.type())
                        .launchTime(instance.startedAt())
                        .placement(placement ->
                                placement
                                        .availabilityZone(launch.zone())
                                        .groupName("")
                                        .tenancy(launch.tenancy()))
                        .monitoring(monitoring ->
                                monitoring.state(
                                        settings.monitoring()
                                                ? MonitoringState.ENABLED
                                                : MonitoringState.DISABLED))
                        .architecture(launch.architecture())
                        .blockDeviceMappings(mappings(tx, instance))
                        .clientToken(launch.clientToken())
                        .ebsOptimized(settings.ebsOptimized())
                        .enaSupport(true)
                        // AWS knows two words; what it says of its own KVM machines is the older
                        // one.
                        .hypervisor(HypervisorType.XEN)
                        .rootDeviceName(launch.rootDeviceName())
                        .rootDeviceType("ebs")
                        .virtualizationType(VirtualizationType.HVM)
                        .platformDetails("Linux/UNIX")
                        .usageOperation("RunInstances")
                        .usageOperationUpdateTime(launch.at())
                        .cpuOptions(cpu -> cpu.coreCount(cores(settings.type())).threadsPerCore(1))
                        .hibernationOptions(hibernation -> hibernation.configured(false))
                        .enclaveOptions(enclave -> enclave.enabled(false))
                        .maintenanceOptions(maintenance -> maintenance.autoRecovery("default"))
                        .privateDnsNameOptions(names ->
                                names.hostnameType("ip-name")
                                        .enableResourceNameDnsARecord(false)
                                        .enableResourceNameDnsAAAARecord(false))
                        .metadataOptions(metadata(settings.metadata()))
                        .networkInterfaces(
                                interfaces.stream().map(one -> networkInterface(tx, one)).toList())
                        .securityGroups(
                                primary == null ? List.of() : GroupIdentifiers.of(tx, primary))
                        .tags(tags(tx, instance));
        if (!launch.keyName().isEmpty()) {
            view.keyName(launch.keyName());
        }
        instance.stateReason().ifPresent(reason -> view.stateReason(reason(reason)));
        if (primary != null) {
            addresses(view, primary);
        } else {
            view.privateDnsName("").publicDnsName("");
        }
        return view.build();
    }

    /** AWS's number and word for a state. */
    static software.amazon.awssdk.services.ec2.model.InstanceState state(InstanceState state) {
        return software.amazon.awssdk.services.ec2.model.InstanceState.builder()
                .code(state.code())
                .name(state.awsName())
                .build();
    }

    static List<Tag> tags(ReadTransaction tx, io.brume.control.domain.instance.Instance instance) {
        return Tagged.show(Tags.of(tx, instance.account(), instance.id()));
    }

    static InstanceMetadataOptionsResponse metadata(MetadataOptions options) {
        return InstanceMetadataOptionsResponse.builder()
                .state("applied")
                .httpTokens(options.tokensRequired() ? "required" : "optional")
                .httpPutResponseHopLimit(options.hopLimit())
                .httpEndpoint(options.endpointEnabled() ? "enabled" : "disabled")
                .httpProtocolIpv6("disabled")
                .instanceMetadataTags(options.tagsEnabled() ? "enabled" : "disabled")
                .build();
    }

    private void addresses(Instance.Builder view, NetworkInterface primary) {
        view.vpcId(primary.vpcId().value())
                .subnetId(primary.subnetId().value())
                .sourceDestCheck(primary.sourceDestCheck())
                .privateIpAddress(primary.privateIp().toString())
                .privateDnsName(primary.privateName(region))
                // No public name resolves here, so none is told.
                .publicDnsName("");
        var publicIp = primary.publicIp();
        if (publicIp != null) {
            view.publicIpAddress(publicIp.toString());
        }
    }

    private InstanceNetworkInterface networkInterface(ReadTransaction tx, NetworkInterface one) {
        var view =
                InstanceNetworkInterface.builder()
                        .networkInterfaceId(one.id().value())
                        .ownerId(one.account().value())
                        .vpcId(one.vpcId().value())
                        .subnetId(one.subnetId().value())
                        .description(one.description())
                        .macAddress(one.mac().toString())
                        .status(NetworkInterfaceStatus.IN_USE)
                        .interfaceType("interface")
                        .sourceDestCheck(one.sourceDestCheck())
                        .privateIpAddress(one.privateIp().toString())
                        .privateDnsName(one.privateName(region))
                        .groups(GroupIdentifiers.of(tx, one))
                        .ipv6Addresses(List.of())
                        .privateIpAddresses(List.of(address(one)));
        var attachment = one.attachment();
        if (attachment != null) {
            view.attachment(attached ->
                    attached.attachmentId(attachment.id().value())
                            .attachTime(attachment.attached())
                            .deleteOnTermination(attachment.deleteOnTermination())
                            .deviceIndex(attachment.deviceIndex())
                            .networkCardIndex(0)
                            .status(AttachmentStatus.ATTACHED));
        }
        return view.association(association(one.publicIp())).build();
    }

    private static @Nullable InstanceNetworkInterfaceAssociation association(
            @Nullable Ipv4Address publicIp) {
        return publicIp == null
                ? null
                : InstanceNetworkInterfaceAssociation.builder()
                        .publicIp(publicIp.toString())
                        .publicDnsName("")
                        .ipOwnerId("amazon")
                        .build();
    }

    private InstancePrivateIpAddress address(NetworkInterface one) {
        return InstancePrivateIpAddress.builder()
                .primary(true)
                .privateIpAddress(one.privateIp().toString())
                .privateDnsName(one.privateName(region))
                .association(association(one.publicIp()))
                .build();
    }

    /** The volumes that it has, its root first. */
    static List<InstanceBlockDeviceMapping> mappings(
            ReadTransaction tx, io.brume.control.domain.instance.Instance instance) {
        return Volumes.of(tx, instance.key()).stream()
                .sorted(Comparator.comparing(volume -> !volume.isRootOf(instance)))
                .map(InstanceViews::mapping)
                .toList();
    }

    private static InstanceBlockDeviceMapping mapping(Volume volume) {
        var attachment = volume.attachment().orElseThrow();
        return InstanceBlockDeviceMapping.builder()
                .deviceName(attachment.device())
                .ebs(ebs ->
                        ebs.volumeId(volume.id().value())
                                .attachTime(attachment.at())
                                .deleteOnTermination(attachment.deleteOnTermination())
                                // This list knows no "busy".
                                .status(
                                        attachment.state().isWanted()
                                                ? attachment.state().awsName()
                                                : AttachmentStatus.DETACHING.toString()))
                .build();
    }

    private static software.amazon.awssdk.services.ec2.model.StateReason reason(
            StateReason reason) {
        return software.amazon.awssdk.services.ec2.model.StateReason.builder()
                .code(reason.code())
                .message(reason.message())
                .build();
    }

    private static Integer cores(String type) {
        return InstanceTypes.find(type).map(found -> found.vcpus()).orElse(1);
    }
}
