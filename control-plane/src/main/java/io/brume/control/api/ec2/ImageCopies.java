package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.state.Images;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.ImageTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.CopyImageRequest;
import software.amazon.awssdk.services.ec2.model.CopyImageResponse;

/**
 * CopyImage, within the one region that there is: an image of copies of the snapshots of another
 * one, which then needs the other one only for its kernel, if it has one. Copies that are to be
 * encrypted where the source is not take as long as that copying does; the image is pending.
 */
final class ImageCopies {
    private final Store store;
    private final Ids ids;
    private final Region region;
    private final EncryptedCopies copies;
    private final EncryptionChoice encryption;

    ImageCopies(Store store, Ids ids, Region region, Ec2Parts.VolumeParts parts) {
        this.store = requireNonNull(store);
        this.ids = requireNonNull(ids);
        this.region = requireNonNull(region);
        this.copies = new EncryptedCopies(store, ids, region, parts);
        this.encryption = new EncryptionChoice(parts.keys());
    }

    CopyImageResponse copy(CopyImageRequest request) {
        refuse(request);
        var sourceId = ImageId.parse(request.sourceImageId());
        var name = ImageOperations.checkedName(request.name());
        var asked = ImageOperations.checkedDescription(request.description());
        var imageTags = ImageCreation.tags(request.tagSpecifications(), ResourceType.IMAGE);
        var snapshotTags = ImageCreation.tags(request.tagSpecifications(), ResourceType.SNAPSHOT);
        var id = ImageId.create(ids);
        var now = Calls.now();
        var call = CallContext.current();
        var planned = store.view(tx -> plan(tx, call.account(), request, sourceId, name));
        call.stopHereIfDryRun();
        var parts = hold(planned);
        boolean committed = false;
        try {
            store.transact(tx -> {
                var account = call.account();
                // What it is made of may have gone, or changed its place, meanwhile.
                plan(tx, account, request, sourceId, name);
                var source = Images.requireAvailable(tx, account, sourceId);
                var devices = new ArrayList<ImageBlockDevice>();
                for (var device : source.blockDevices()) {
                    var part = device.snapshot().map(parts::get).orElse(null);
                    devices.add(
                            part == null
                                    ? device
                                    : put(tx, account, device, part, id, sourceId, snapshotTags));
                }
                var image = source.copy(account, id, name, asked, devices, now);
                tx.put(ImageTables.IMAGES, image.key(), image);
                Tags.put(tx, account, id, imageTags);
                if (Boolean.TRUE.equals(request.copyImageTags())) {
                    Tags.put(tx, account, id, Tags.of(tx, source.account(), sourceId));
                }
                return image;
            });
            committed = true;
        } finally {
            if (!committed) {
                release(parts);
            }
        }
        return CopyImageResponse.builder().imageId(id.value()).build();
    }

    /** A snapshot that is to be copied, and how it is to be encrypted. */
    private record Order(Snapshot source, Optional<Encryption> encryption) {
        boolean encryptsAnew() {
            return encryption.isPresent() && source.encryption().isEmpty();
        }
    }

    /**
     * A copy that has its name, and room if it needs any.
     *
     * @param rooms empty = it lies where its source does
     */
    private record Part(SnapshotId id, Order order, Optional<EncryptedCopies.Rooms> rooms) {}

    /** All that is to be copied. The same image gives the same snapshots. */
    private List<Order> plan(
            ReadTransaction tx,
            AccountId account,
            CopyImageRequest request,
            ImageId sourceId,
            String name) {
        ImageOperations.checkNameIsFree(tx, account, name);
        var orders = new ArrayList<Order>();
        var source = Images.requireAvailable(tx, account, sourceId);
        for (var snapshotId : new LinkedHashSet<>(source.snapshots())) {
            var snapshot = require(tx, account, snapshotId);
            SnapshotLimits.demandRoomForCopy(tx, account);
            orders.add(
                    new Order(
                            snapshot,
                            encryption.choose(
                                    tx,
                                    account,
                                    request.encrypted(),
                                    request.kmsKeyId(),
                                    snapshot.encryption())));
        }
        return orders;
    }

    private Map<SnapshotId, Part> hold(List<Order> orders) {
        var parts = new HashMap<SnapshotId, Part>();
        boolean held = false;
        try {
            for (var order : orders) {
                Optional<EncryptedCopies.Rooms> rooms =
                        order.encryptsAnew()
                                ? Optional.of(copies.hold(order.source()))
                                : Optional.empty();
                parts.put(order.source().id(), new Part(SnapshotId.create(ids), order, rooms));
            }
            held = true;
        } finally {
            if (!held) {
                release(parts);
            }
        }
        return parts;
    }

    private void release(Map<SnapshotId, Part> parts) {
        parts.values().forEach(part -> part.rooms().ifPresent(copies::release));
    }

    private static ImageBlockDevice put(
            Transaction tx,
            AccountId account,
            ImageBlockDevice device,
            Part part,
            ImageId id,
            ImageId sourceId,
            List<Tag> tags) {
        var snapshot = require(tx, account, part.order().source().id());
        SnapshotLimits.demandRoomForCopy(tx, account);
        var description =
                "Copied for DestinationAmi %s from SourceAmi %s for SourceSnapshot %s."
                        .formatted(id, sourceId, snapshot.id());
        if (part.rooms().isPresent()) {
            EncryptedCopies.put(
                    tx,
                    part.id(),
                    account,
                    snapshot,
                    description,
                    part.order().encryption().orElseThrow(),
                    part.rooms().get());
        } else {
            Snapshots.put(tx, SnapshotCopies.plain(part.id(), account, snapshot, description));
        }
        Tags.put(tx, account, part.id(), tags);
        return device.with(part.id(), part.order().encryption().isPresent())
                .withSizeGib(Math.max(device.sizeGib(), snapshot.sizeGib()));
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
    }
}
