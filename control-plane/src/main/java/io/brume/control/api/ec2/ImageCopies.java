package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.state.Images;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.codec.ImageTables;
import java.util.ArrayList;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.CopyImageRequest;
import software.amazon.awssdk.services.ec2.model.CopyImageResponse;

/**
 * CopyImage, within the one region that there is: an image of copies of the snapshots of another
 * one, which then needs the other one only for its kernel, if it has one.
 */
final class ImageCopies {
    private final Calls calls;
    private final Ids ids;
    private final Region region;

    ImageCopies(Calls calls, Ids ids, Region region) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
        this.region = requireNonNull(region);
    }

    CopyImageResponse copy(CopyImageRequest request) {
        refuse(request);
        var sourceId = ImageId.parse(request.sourceImageId());
        var name = ImageOperations.checkedName(request.name());
        var asked = ImageOperations.checkedDescription(request.description());
        var imageTags = ImageCreation.tags(request.tagSpecifications(), ResourceType.IMAGE);
        var snapshotTags = ImageCreation.tags(request.tagSpecifications(), ResourceType.SNAPSHOT);
        var id = ImageId.create(ids);
        var fresh =
                Stream.generate(() -> SnapshotId.create(ids))
                        .limit(ImageDevices.MOST_DEVICES)
                        .toList();
        var now = Calls.now();
        calls.change((tx, account) -> {
            ImageOperations.checkNameIsFree(tx, account, name);
            var source = Images.requireAvailable(tx, account, sourceId);
            if (EncryptionChoice.settings(tx, account).encryptByDefault()
                    && source.blockDevices().stream().anyMatch(one -> !one.encrypted())) {
                throw Faults.unsupported("A copy of an image that encrypts its snapshots");
            }
            var devices = new ArrayList<ImageBlockDevice>();
            for (var device : source.blockDevices()) {
                var snapshot = device.snapshot().map(one -> require(tx, account, one)).orElse(null);
                if (snapshot == null) {
                    devices.add(device);
                    continue;
                }
                SnapshotLimits.demandRoomForCopy(tx, account);
                var copy =
                        SnapshotCopies.plain(
                                fresh.get(devices.size()),
                                account,
                                snapshot,
                                "Copied for DestinationAmi %s from SourceAmi %s for SourceSnapshot %s."
                                        .formatted(id, sourceId, snapshot.id()));
                Snapshots.put(tx, copy);
                Tags.put(tx, account, copy.id(), snapshotTags);
                devices.add(
                        device.with(copy.id(), device.encrypted())
                                .withSizeGib(Math.max(device.sizeGib(), snapshot.sizeGib())));
            }
            var image = source.copy(account, id, name, asked, devices, now);
            tx.put(ImageTables.IMAGES, image.key(), image);
            Tags.put(tx, account, id, imageTags);
            if (Boolean.TRUE.equals(request.copyImageTags())) {
                Tags.put(tx, account, id, Tags.of(tx, source.account(), sourceId));
            }
            return image;
        });
        return CopyImageResponse.builder().imageId(id.value()).build();
    }

    /** Who may start an image may not therefore read what it is made of. */
    private static Snapshot require(ReadTransaction tx, AccountId account, SnapshotId id) {
        return Snapshots.find(tx, id)
                .filter(snapshot -> snapshot.isUsableBy(account))
                .orElseThrow(() ->
                        Fault.denied(
                                        "InvalidRequest",
                                        "You do not have permission to access the storage of this"
                                                + " ami")
                                .withStatus(400));
    }

    private void refuse(CopyImageRequest request) {
        if (request.sourceImageId() == null) {
            throw Faults.missing("SourceImageId");
        }
        if (request.sourceRegion() == null) {
            throw Faults.missing("SourceRegion");
        }
        if (!region.name().equals(request.sourceRegion())) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter sourceRegion is invalid. This cloud is the region %s."
                            .formatted(request.sourceRegion(), region.name()));
        }
        if (request.destinationOutpostArn() != null
                || request.destinationAvailabilityZone() != null
                || request.destinationAvailabilityZoneId() != null) {
            throw Faults.unsupported("A copy outside of the region");
        }
        if (request.snapshotCopyCompletionDurationMinutes() != null) {
            throw Faults.unsupported("A completion duration for copies of snapshots");
        }
        if (Boolean.TRUE.equals(request.encrypted()) || request.kmsKeyId() != null) {
            throw Faults.unsupported("A copy of an image that encrypts its snapshots");
        }
    }
}
