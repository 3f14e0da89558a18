package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.StateReason;
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
        return image.account().equals(viewer)
                ? image.source().url()
                : image.account() + "/" + image.name();
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    Filters<Image> filters(AccountId viewer) {
        return new Filters<Image>()
                .one("architecture", Image::architecture)
                .many(
                        "block-device-mapping.delete-on-termination",
                        image ->
                                image.blockDevices().stream()
                                        .map(d -> Boolean.toString(d.deleteOnTermination())))
                .many(
                        "block-device-mapping.device-name",
                        image -> image.blockDevices().stream().map(ImageBlockDevice::deviceName))
                .many(
                        "block-device-mapping.volume-size",
                        image ->
                                image.blockDevices().stream()
                                        .map(d -> Integer.toString(size(image, d))))
                .many(
                        "block-device-mapping.volume-type",
                        image -> image.blockDevices().stream().map(ImageBlockDevice::volumeType))
                .many(
                        "block-device-mapping.encrypted",
                        image -> image.blockDevices().stream().map(d -> "false"))
                .one("boot-mode", Image::bootMode)
                .one("creation-date", image -> time(image.created()))
                .one("description", Image::description)
                .one("ena-support", Image::enaSupport)
                .one("hypervisor", image -> HypervisorType.XEN)
                .one("image-id", Image::id)
                .one("image-type", image -> ImageTypeValues.MACHINE)
                .one("is-public", image -> image.launchPermissions().everyone())
                .one("manifest-location", image -> location(image, viewer))
                .one("name", Image::name)
                .one("owner-alias", this::ownerAlias)
                .one("owner-id", Image::account)
                .one("platform", image -> null)
                .one("platform-details", image -> PLATFORM)
                .one("root-device-name", Image::rootDeviceName)
                .one("root-device-type", image -> "ebs")
                .one("state", Image::state)
                .one("state-reason-code", image -> reason(image, StateReason::code))
                .one("state-reason-message", image -> reason(image, StateReason::message))
                .one("virtualization-type", image -> VirtualizationType.HVM)
                .one("usage-operation", image -> "RunInstances")
                .one("source-instance-id", image -> null)
                .one("product-code", image -> null)
                .one("kernel-id", image -> null)
                .one("ramdisk-id", image -> null)
                .tags();
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
                                                .deleteOnTermination(device.deleteOnTermination())
                                                .encrypted(false))
                                .build())
                .toList();
    }

    private static int size(Image image, ImageBlockDevice device) {
        return device.sizeGib() == 0 ? image.minimumRootSizeGib() : device.sizeGib();
    }
}
