package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Region;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.CopySnapshotRequest;
import software.amazon.awssdk.services.ec2.model.CopySnapshotResponse;

/**
 * CopySnapshot. A copy lies where its source does and shares its chunks, so it costs no bytes; one
 * that is to be encrypted where the source is not is a snapshot of a hidden volume that is filled
 * from it.
 */
final class SnapshotCopies {
    private final Store store;
    private final Ids ids;
    private final Region region;
    private final EncryptedCopies copies;
    private final EncryptionChoice encryption;

    SnapshotCopies(Store store, Ids ids, Region region, Ec2Parts.VolumeParts parts) {
        this.store = requireNonNull(store);
        this.ids = requireNonNull(ids);
        this.region = requireNonNull(region);
        this.copies = new EncryptedCopies(store, ids, region, parts);
        this.encryption = new EncryptionChoice(parts.keys());
    }

    /** What is to be made. */
    private record Order(Snapshot source, Optional<Encryption> encryption) {
        boolean encryptsAnew() {
            return encryption.isPresent() && source.encryption().isEmpty();
        }
    }

    CopySnapshotResponse copy(CopySnapshotRequest request) {
        refuse(request);
        var description = SnapshotOperations.description(request.description());
        var tags = TagSpecifications.of(request.tagSpecifications(), ResourceType.SNAPSHOT);
        var call = CallContext.current();
        var order = store.view(tx -> order(tx, call.account(), request));
        call.stopHereIfDryRun();
        var id = SnapshotId.create(ids);
        if (order.encryptsAnew()) {
            throughVolumes(call.account(), request, order, id, description, tags);
        } else {
            store.transact(tx -> {
                // What it is made of may have gone meanwhile.
                var source = order(tx, call.account(), request).source();
                put(
                        tx,
                        tags,
                        copy(
                                id,
                                call.account(),
                                source,
                                description,
                                order.encryption(),
                                Snapshot.OF_NO_VOLUME,
                                source.nodes(),
                                Optional.of(source.id())));
                return id;
            });
        }
        return CopySnapshotResponse.builder()
                .snapshotId(id.value())
                .tags(Tagged.show(tags))
                .build();
    }

    private void refuse(CopySnapshotRequest request) {
        if (request.destinationOutpostArn() != null
                || request.destinationAvailabilityZone() != null) {
            throw Faults.unsupported("A snapshot outside of the region");
        }
        if (request.completionDurationMinutes() != null) {
            throw Faults.unsupported("A completion duration for copies of snapshots");
        }
        demandHere("sourceRegion", request.sourceRegion());
        // AWS's clients add it, and a signed URL, which only another region would need.
        if (request.destinationRegion() != null) {
            demandHere("destinationRegion", request.destinationRegion());
        }
    }

    private void demandHere(String parameter, String name) {
        if (!region.name().equals(name)) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter %s is invalid. This cloud is the region %s."
                            .formatted(name, parameter, region.name()));
        }
    }

    private Order order(ReadTransaction tx, AccountId account, CopySnapshotRequest request) {
        var id = SnapshotId.parse(request.sourceSnapshotId());
        var source = Snapshots.require(tx, account, id);
        if (source.state() != SnapshotState.COMPLETED) {
            throw Fault.conflict(
                    "IncorrectState",
                    "Snapshot is in invalid state - %s".formatted(source.state().awsName()));
        }
        SnapshotLimits.demandRoomForCopy(tx, account);
        return new Order(
                source,
                encryption.choose(
                        tx, account, request.encrypted(), request.kmsKeyId(), source.encryption()));
    }

    private void throughVolumes(
            AccountId account,
            CopySnapshotRequest request,
            Order order,
            SnapshotId id,
            String description,
            List<Tag> tags) {
        var rooms = copies.hold(order.source());
        boolean committed = false;
        try {
            store.transact(tx -> {
                var source = order(tx, account, request).source();
                var encrypted = order.encryption().orElseThrow();
                EncryptedCopies.put(tx, id, account, source, description, encrypted, rooms);
                Tags.put(tx, account, id, tags);
                return id;
            });
            committed = true;
        } finally {
            if (!committed) {
                copies.release(rooms);
            }
        }
    }

    private static void put(Transaction tx, List<Tag> tags, Snapshot snapshot) {
        Snapshots.put(tx, snapshot);
        Tags.put(tx, snapshot.account(), snapshot.id(), tags);
    }

    /** A copy that lies where its source does, encrypted as that is. */
    static Snapshot plain(SnapshotId id, AccountId account, Snapshot source, String description) {
        return copy(
                id,
                account,
                source,
                description,
                source.encryption(),
                Snapshot.OF_NO_VOLUME,
                source.nodes(),
                Optional.of(source.id()));
    }

    /**
     * @param nodes that are to keep it; none = those that it is cut on
     */
    static Snapshot copy(
            SnapshotId id,
            AccountId account,
            Snapshot source,
            String description,
            Optional<Encryption> encryption,
            VolumeId volume,
            List<NodeId> nodes,
            Optional<SnapshotId> copyOf) {
        Instant now = Calls.now();
        return new Snapshot(
                id,
                account,
                volume,
                source.sizeGib(),
                description,
                now,
                SnapshotState.PENDING,
                0,
                copyOf.isPresent(),
                nodes,
                0,
                Optional.empty(),
                VolumePermissions.NONE,
                encryption,
                copyOf,
                false);
    }
}
