package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.image.Architecture;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.LaunchPermissions;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.state.Images;
import io.brume.control.state.InstanceImages;
import io.brume.control.state.Tags;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.ImageTables;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.ReadTransaction;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.CreateImageRequest;
import software.amazon.awssdk.services.ec2.model.CreateImageResponse;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * CreateImage: snapshots of all volumes of an instance, under one name. Unless its caller does not
 * want that, a guest that runs is shut down first and started again as soon as its volumes are cut,
 * so that what is on them is whole.
 */
final class ImageCreation {
    private static final int MOST_DEVICES = 24;

    private final Calls calls;
    private final Ids ids;

    ImageCreation(Calls calls, Ids ids) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
    }

    CreateImageResponse create(CreateImageRequest request) {
        if (request.instanceId() == null) {
            throw Faults.missing("InstanceId");
        }
        var instanceId = InstanceId.parse(request.instanceId());
        var name = ImageOperations.checkedName(request.name());
        var description = ImageOperations.checkedDescription(request.description());
        if (request.snapshotLocation() != null
                && !"regional".equals(request.snapshotLocationAsString())) {
            throw Faults.unsupported("A snapshot outside of the region");
        }
        var imageTags = tags(request.tagSpecifications(), ResourceType.IMAGE);
        var snapshotTags = tags(request.tagSpecifications(), ResourceType.SNAPSHOT);
        var fresh = Stream.generate(() -> SnapshotId.create(ids)).limit(MOST_DEVICES + 1L).toList();
        var id = ImageId.create(ids);
        var now = Calls.now();
        var call = CallContext.current();
        calls.change((tx, account) -> {
            ImageOperations.checkNameIsFree(tx, account, name);
            var instance = InstancePower.require(tx, call, instanceId);
            demandState(instance);
            var devices = devices(tx, account, instance, request.blockDeviceMappings(), fresh);
            var image = image(tx, instance, id, name, description, devices, now);
            tx.put(ImageTables.IMAGES, image.key(), image);
            Tags.put(tx, account, id, imageTags);
            image.snapshots().stream()
                    .filter(fresh::contains)
                    .forEach(snapshot -> Tags.put(tx, account, snapshot, snapshotTags));
            boolean shutsDown =
                    instance.state() == InstanceState.RUNNING
                            && !Boolean.TRUE.equals(request.noReboot());
            if (shutsDown) {
                var down = instance.edit().imaging(id).done();
                tx.put(InstanceTables.INSTANCES, down.key(), down);
            } else {
                Volumes.of(tx, instance.key())
                        .forEach(volume -> SnapshotLimits.demandRoom(tx, volume));
                InstanceImages.cut(tx, image, instance, now);
            }
            return image;
        });
        return CreateImageResponse.builder().imageId(id.value()).build();
    }

    /** What a call that makes an image and snapshots says of the tags of one of them. */
    static List<Tag> tags(List<TagSpecification> specifications, ResourceType type) {
        for (var one : specifications) {
            var named = one.resourceTypeAsString();
            if (!ResourceType.IMAGE.toString().equals(named)
                    && !ResourceType.SNAPSHOT.toString().equals(named)) {
                throw Faults.invalidValue(
                        "'%s' is not a valid taggable resource type for this operation."
                                .formatted(named));
            }
        }
        List<TagSpecification> those =
                specifications.stream()
                        .filter(one -> type.toString().equals(one.resourceTypeAsString()))
                        .toList();
        return TagSpecifications.of(those, type);
    }

    private static void demandState(Instance instance) {
        boolean possible =
                instance.state() == InstanceState.RUNNING
                        || instance.state() == InstanceState.STOPPED;
        if (!possible || instance.imaging().isPresent()) {
            throw Fault.conflict(
                    "IncorrectState",
                    "Instance '%s' is not in a state from which an image can be made of it: it is %s."
                            .formatted(
                                    instance.id(),
                                    possible ? "being imaged" : instance.state().awsName()));
        }
    }

    private static Image image(
            ReadTransaction tx,
            Instance instance,
            ImageId id,
            String name,
            String description,
            List<ImageBlockDevice> devices,
            Instant now) {
        var launch = instance.launch();
        var origin = Images.find(tx, launch.image());
        var made =
                new Image(
                        instance.account(),
                        id,
                        name,
                        description,
                        Architecture.of(launch.architecture()).orElseThrow(),
                        ImageState.PENDING,
                        null,
                        Optional.empty(),
                        BootMode.of(launch.bootMode()).orElse(null),
                        launch.bootImage(),
                        launch.rootDeviceName(),
                        devices,
                        0,
                        origin.map(Image::enaSupport).orElse(true),
                        origin.map(Image::tokensRequired).orElse(false),
                        Optional.of(instance.id()),
                        LaunchPermissions.NONE,
                        now,
                        null);
        if (made.rootSnapshot().isEmpty()) {
            throw ImageDevices.invalid(
                    "The instance '%s' has no volume at its root device %s."
                            .formatted(instance.id(), launch.rootDeviceName()));
        }
        return made;
    }

    /** The volumes of the instance, with what the request leaves out, changes or adds. */
    private static List<ImageBlockDevice> devices(
            ReadTransaction tx,
            AccountId account,
            Instance instance,
            List<BlockDeviceMapping> mappings,
            List<SnapshotId> fresh) {
        Map<String, ImageBlockDevice> devices = new LinkedHashMap<>();
        Volumes.of(tx, instance.key()).stream()
                .sorted(Comparator.comparing(volume -> !volume.isRootOf(instance)))
                .forEach(volume -> {
                    var device = device(instance, volume, fresh.get(devices.size()));
                    devices.put(device.deviceName(), device);
                });
        for (var mapping : mappings) {
            var name = ImageDevices.checkedName(mapping.deviceName());
            var before = devices.get(name);
            boolean root = name.equals(instance.launch().rootDeviceName());
            if (mapping.noDevice() != null || mapping.virtualName() != null) {
                if (root) {
                    throw ImageDevices.invalid("The root device cannot be left out.");
                }
                if (mapping.noDevice() != null) {
                    devices.remove(name);
                }
                continue;
            }
            var ebs = mapping.ebs();
            if (ebs == null) {
                throw ImageDevices.invalid(
                        "The device %s has neither ebs, noDevice nor virtualName.".formatted(name));
            }
            devices.put(
                    name,
                    before == null
                            ? ImageDevices.device(tx, account, name, ebs, false)
                            : changed(before, ebs));
        }
        if (devices.size() > MOST_DEVICES) {
            throw ImageDevices.invalid(
                    "An image can have at most %d volumes.".formatted(MOST_DEVICES));
        }
        return List.copyOf(devices.values());
    }

    private static ImageBlockDevice device(Instance instance, Volume volume, SnapshotId snapshot) {
        var attachment = volume.attachment().orElseThrow();
        var configuration = volume.configuration();
        var type = configuration.type();
        return new ImageBlockDevice(
                // The root has the name that launches look for.
                volume.isRootOf(instance)
                        ? instance.launch().rootDeviceName()
                        : attachment.device(),
                Optional.of(snapshot),
                configuration.sizeGib(),
                type.awsName(),
                type.choosesIops() ? Integer.valueOf(configuration.iops()) : null,
                type.hasThroughput() ? Integer.valueOf(configuration.throughput()) : null,
                attachment.deleteOnTermination(),
                volume.encryption().isPresent());
    }

    private static ImageBlockDevice changed(ImageBlockDevice before, EbsBlockDevice ebs) {
        if (ebs.snapshotId() != null || ebs.encrypted() != null || ebs.kmsKeyId() != null) {
            throw ImageDevices.invalid(
                    "The snapshot and the encryption of the device %s are those of its volume."
                            .formatted(before.deviceName()));
        }
        var type =
                VolumeType.parse(
                        ebs.volumeTypeAsString() == null
                                ? before.volumeType()
                                : ebs.volumeTypeAsString());
        boolean same = type.awsName().equals(before.volumeType());
        int size = or(ebs.volumeSize(), before.sizeGib());
        if (size < before.sizeGib()) {
            throw ImageDevices.invalid(
                    "Volume of size %dGB is smaller than the volume of the device %s, expect size >= %dGB"
                            .formatted(size, before.deviceName(), before.sizeGib()));
        }
        var iops = ebs.iops() != null ? ebs.iops() : same ? before.iops() : null;
        var throughput =
                ebs.throughput() != null ? ebs.throughput() : same ? before.throughput() : null;
        type.configure(size, iops, throughput);
        return new ImageBlockDevice(
                before.deviceName(),
                before.snapshot(),
                size,
                type.awsName(),
                iops,
                throughput,
                ebs.deleteOnTermination() == null
                        ? before.deleteOnTermination()
                        : ebs.deleteOnTermination(),
                before.encrypted());
    }

    private static int or(@Nullable Integer asked, int otherwise) {
        return asked == null ? otherwise : asked;
    }
}
