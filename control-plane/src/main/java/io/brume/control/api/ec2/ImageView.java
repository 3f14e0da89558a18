package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static io.brume.control.api.ec2.Tagged.texts;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Filters;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.SnapshotId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.HypervisorType;
import software.amazon.awssdk.services.ec2.model.ImageTypeValues;
import software.amazon.awssdk.services.ec2.model.VirtualizationType;

/** Images in AWS's classes, and what filters look at. */
final class ImageView {
    static final String PLATFORM = "Linux/UNIX";
    private static final String TOKENS_REQUIRED = "v2.0";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Whose public images are AWS's "amazon" ones. */
    private final AccountId operator;

    ImageView(AccountId operator) {
        this.operator = requireNonNull(operator);
    }

    /** "amazon" for the cloud's own public images. */
    @Nullable String ownerAlias(Image image) {
        return isClouds(image) ? "amazon" : null;
    }

    boolean isClouds(Image image) {
        return image.account().equals(operator) && image.launchPermissions().everyone();
    }

    /** Where it is read from is its owner's business: others see AWS's usual form. */
    static String location(Image image, AccountId viewer) {
        return image.source()
                .filter(_ -> image.account().equals(viewer))
                .map(ImageSource::url)
                .orElse(image.account() + "/" + image.name());
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    Filters<Tagged<Image>> filters(AccountId viewer) {
        return Filters.<Tagged<Image>>table()
                .value("architecture", text(Image::architecture))
                .values(
                        "block-device-mapping.delete-on-termination",
                        texts(image ->
                                image.blockDevices().stream()
                                        .map(d -> Boolean.toString(d.deleteOnTermination()))))
                .values(
                        "block-device-mapping.device-name",
                        texts(image ->
                                image.blockDevices().stream().map(ImageBlockDevice::deviceName)))
                .values(
                        "block-device-mapping.volume-size",
                        texts(image ->
                                image.blockDevices().stream()
                                        .map(d -> Integer.toString(size(image, d)))))
                .values(
                        "block-device-mapping.volume-type",
                        texts(image ->
                                image.blockDevices().stream().map(ImageBlockDevice::volumeType)))
                .values(
                        "block-device-mapping.encrypted",
                        texts(image ->
                                image.blockDevices().stream()
                                        .map(d -> Boolean.toString(d.encrypted()))))
                .values(
                        "block-device-mapping.snapshot-id",
                        texts(image -> image.snapshots().stream().map(SnapshotId::value)))
                .value("boot-mode", text(Image::bootMode))
                .value("creation-date", text(image -> time(image.created())))
                .value("description", text(Image::description))
                .value("ena-support", text(Image::enaSupport))
                .value("hypervisor", text(image -> HypervisorType.XEN))
                .value("image-id", text(Image::id))
                .value("image-type", text(image -> ImageTypeValues.MACHINE))
                .value("is-public", text(image -> image.launchPermissions().everyone()))
                .value("manifest-location", text(image -> location(image, viewer)))
                .value("name", text(Image::name))
                .value("owner-alias", text(this::ownerAlias))
                .value("owner-id", text(Image::account))
                .value("platform", text(image -> null))
                .value("platform-details", text(image -> PLATFORM))
                .value("root-device-name", text(Image::rootDeviceName))
                .value("root-device-type", text(image -> "ebs"))
                .value("state", text(Image::state))
                .value("state-reason-code", text(image -> reason(image, StateReason::code)))
                .value("state-reason-message", text(image -> reason(image, StateReason::message)))
                .value("virtualization-type", text(image -> VirtualizationType.HVM))
                .value("usage-operation", text(image -> "RunInstances"))
                .value("source-instance-id", text(image -> image.sourceInstance().orElse(null)))
                .value("product-code", text(image -> null))
                .value("kernel-id", text(image -> null))
                .value("ramdisk-id", text(image -> null))
                .tags(Tagged::tagMap)
                .build();
    }

    private static @Nullable String reason(Image image, Function<StateReason, String> part) {
        StateReason reason = image.stateReason();
        return reason == null ? null : part.apply(reason);
    }

    software.amazon.awssdk.services.ec2.model.Image show(Tagged<Image> tagged, AccountId viewer) {
        Image image = tagged.it();
        StateReason reason = image.stateReason();
        Instant deprecated = image.deprecated();
        var shown =
                software.amazon.awssdk.services.ec2.model.Image.builder()
                        .imageId(image.id().value())
                        .name(image.name())
                        .description(image.description().isEmpty() ? null : image.description())
                        .ownerId(image.account().value())
                        .imageOwnerAlias(ownerAlias(image))
                        .imageLocation(location(image, viewer))
                        .architecture(image.architecture().toString())
                        .imageType(ImageTypeValues.MACHINE)
                        .publicLaunchPermissions(image.launchPermissions().everyone())
                        .platformDetails(PLATFORM)
                        .usageOperation("RunInstances")
                        .productCodes(List.of())
                        .state(image.state().toString())
                        .blockDeviceMappings(mappings(image))
                        .enaSupport(image.enaSupport())
                        .hypervisor(HypervisorType.XEN)
                        .virtualizationType(VirtualizationType.HVM)
                        .rootDeviceName(image.rootDeviceName())
                        .rootDeviceType("ebs")
                        .bootMode(bootMode(image))
                        .sourceInstanceId(
                                image.sourceInstance().map(InstanceId::value).orElse(null))
                        .imdsSupport(image.tokensRequired() ? TOKENS_REQUIRED : null)
                        .creationDate(time(image.created()))
                        .deprecationTime(deprecated == null ? null : time(deprecated))
                        .deregistrationProtection("disabled")
                        .tags(tagged.shownTags());
        if (reason != null) {
            shown.stateReason(r -> r.code(reason.code()).message(reason.message()));
        }
        return shown.build();
    }

    static @Nullable String bootMode(Image image) {
        return image.bootMode() == null ? null : image.bootMode().toString();
    }

    static List<BlockDeviceMapping> mappings(Image image) {
        return image.blockDevices().stream()
                .map(device ->
                        BlockDeviceMapping.builder()
                                .deviceName(device.deviceName())
                                .ebs(ebs ->
                                        ebs.volumeSize(size(image, device))
                                                .volumeType(device.volumeType())
                                                .snapshotId(
                                                        device.snapshot()
                                                                .map(SnapshotId::value)
                                                                .orElse(null))
                                                .iops(device.iops())
                                                .throughput(device.throughput())
                                                .deleteOnTermination(device.deleteOnTermination())
                                                .encrypted(device.encrypted()))
                                .build())
                .toList();
    }

    private static int size(Image image, ImageBlockDevice device) {
        return device.sizeGib() == 0 ? image.importedSizeGib() : device.sizeGib();
    }
}
