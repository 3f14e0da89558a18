package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.Region;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeConfiguration;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.state.ClientTokens;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateVolumeRequest;
import software.amazon.awssdk.services.ec2.model.CreateVolumeResponse;
import software.amazon.awssdk.services.ec2.model.DeleteVolumeRequest;
import software.amazon.awssdk.services.ec2.model.DeleteVolumeResponse;

/** CreateVolume and DeleteVolume: commit what is wanted; storage nodes make it so. */
final class VolumeCreation {
    /** AWS's usual quota of volumes of an account. */
    static final int MOST_VOLUMES = 5000;

    private static final long GIB = 1L << 30;

    private final Store store;
    private final Calls calls;
    private final Region region;
    private final StorageRoom storage;
    private final EncryptionChoice encryption;

    VolumeCreation(Store store, Calls calls, Region region, Ec2Parts.VolumeParts parts, Ids ids) {
        this.store = requireNonNull(store);
        this.calls = requireNonNull(calls);
        this.region = requireNonNull(region);
        this.storage = new StorageRoom(parts, ids);
        this.encryption = new EncryptionChoice(parts.keys());
    }

    /** What is to be made, as far as it follows from the request and the store. */
    private record Order(
            String zone,
            VolumeConfiguration configuration,
            Optional<Snapshot> snapshot,
            Optional<Encryption> encryption) {
        /** Whether the content of the snapshot is to come under a key that it does not have. */
        boolean encryptsAnew() {
            return encryption.isPresent()
                    && snapshot.filter(one -> one.encryption().isEmpty()).isPresent();
        }
    }

    /** Where the volume is to be, and the one that it is filled from if it is. */
    private record Room(StorageRoom.Held volume, Optional<StorageRoom.Held> source) {}

    CreateVolumeResponse create(CreateVolumeRequest request) {
        refuseWhatIsNotThere(request);
        var zone = zone(request);
        var tags = TagSpecifications.of(request.tagSpecifications(), ResourceType.VOLUME);
        var call = CallContext.current();
        var earlier = store.transact(tx -> earlier(tx, call));
        if (earlier.isPresent()) {
            return answer(call.account(), earlier.get());
        }
        var order = store.view(tx -> order(tx, call.account(), request, zone));
        call.stopHereIfDryRun();
        var room = hold(order);
        boolean committed = false;
        try {
            var made =
                    store.transact(tx -> {
                        var other = earlier(tx, call);
                        if (other.isPresent()) {
                            return other.get();
                        }
                        // All checks again; what was chosen stays.
                        order(tx, call.account(), request, zone);
                        put(tx, call.account(), order, room);
                        var id = room.volume().id();
                        Tags.put(tx, call.account(), id, tags);
                        call.clientToken()
                                .ifPresent(token ->
                                        ClientTokens.used(tx, token, id.value(), call.time()));
                        return id;
                    });
            committed = made.equals(room.volume().id());
            return answer(call.account(), made);
        } finally {
            if (!committed) {
                release(room);
            }
        }
    }

    private Room hold(Order order) {
        var snapshot = order.snapshot();
        if (!order.encryptsAnew()) {
            var nodes = snapshot.map(Snapshot::nodes).orElse(List.of());
            return new Room(
                    storage.hold(order.zone(), order.configuration().sizeBytes(), nodes),
                    Optional.empty());
        }
        var source = snapshot.orElseThrow();
        var held = storage.hold(order.zone(), source.sizeGib() * GIB, source.nodes());
        try {
            return new Room(
                    storage.hold(order.zone(), order.configuration().sizeBytes(), List.of()),
                    Optional.of(held));
        } catch (Fault full) {
            storage.release(held);
            throw full;
        }
    }

    private void release(Room room) {
        storage.release(room.volume());
        room.source().ifPresent(storage::release);
    }

    private static Optional<VolumeId> earlier(Transaction tx, CallContext call) {
        return call.clientToken()
                .flatMap(token -> ClientTokens.earlier(tx, token, call.time()))
                .map(VolumeId::new);
    }

    private CreateVolumeResponse answer(AccountId account, VolumeId id) {
        return store.view(tx ->
                Volumes.find(tx, account, id)
                        .map(volume -> VolumeView.created(VolumeView.of(tx, volume)))
                        .orElseThrow(id::notFound));
    }

    private static void refuseWhatIsNotThere(CreateVolumeRequest request) {
        if (Boolean.TRUE.equals(request.multiAttachEnabled())) {
            throw Faults.unsupported("Multi-Attach");
        }
        if (request.outpostArn() != null) {
            throw Faults.unsupported("A volume on an Outpost");
        }
        if (request.volumeInitializationRate() != null) {
            throw Faults.unsupported("An initialization rate for volumes");
        }
    }

    private String zone(CreateVolumeRequest request) {
        var name = request.availabilityZone();
        var zoneId = request.availabilityZoneId();
        if (name == null && zoneId == null) {
            throw Faults.missing("AvailabilityZone");
        }
        if (name != null && zoneId != null) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameters AvailabilityZone and AvailabilityZoneId may not be used"
                            + " together.");
        }
        return region.zones().stream()
                .filter(zone -> zone.name().equals(name) || zone.id().equals(zoneId))
                .map(Region.Zone::name)
                .findFirst()
                .orElseThrow(() ->
                        Fault.absent(
                                "InvalidZone.NotFound",
                                "The zone '%s' does not exist."
                                        .formatted(name == null ? zoneId : name)));
    }

    private Order order(
            ReadTransaction tx, AccountId account, CreateVolumeRequest request, String zone) {
        var snapshot = snapshot(tx, account, request.snapshotId());
        var size = request.size();
        if (size == null && snapshot.isEmpty()) {
            throw Fault.invalid(
                    "MissingParameter",
                    "The request must contain the parameter size or snapshotId");
        }
        int least = snapshot.map(Snapshot::sizeGib).orElse(0);
        if (size != null && snapshot.isPresent() && size < least) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Volume of size %dGB is smaller than snapshot '%s', expect size >= %dGB"
                            .formatted(size, snapshot.orElseThrow().id(), least));
        }
        var type =
                request.volumeTypeAsString() == null
                        ? VolumeType.USUAL
                        : VolumeType.parse(request.volumeTypeAsString());
        var configuration =
                type.configure(size == null ? least : size, request.iops(), request.throughput());
        long have =
                tx.stream(VolumeTables.VOLUMES, VolumeTables.VOLUME_KEYS.startingWith(account))
                        .filter(row -> !row.value().hidden())
                        .count();
        if (have >= MOST_VOLUMES) {
            throw Fault.quota(
                    "VolumeLimitExceeded",
                    "Maximum number of volumes exceeded: %d.".formatted(MOST_VOLUMES));
        }
        var chosen =
                encryption.choose(
                        tx,
                        account,
                        request.encrypted(),
                        request.kmsKeyId(),
                        snapshot.flatMap(Snapshot::encryption));
        return new Order(zone, configuration, snapshot, chosen);
    }

    static Optional<Snapshot> snapshot(
            ReadTransaction tx, AccountId account, @Nullable String text) {
        // Terraform and old clients send an empty one when they mean none.
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        var snapshot = Snapshots.require(tx, account, SnapshotId.parse(text));
        if (snapshot.state() != SnapshotState.COMPLETED) {
            throw Fault.conflict(
                    "IncorrectState",
                    "Snapshot is in invalid state - %s".formatted(snapshot.state().awsName()));
        }
        return Optional.of(snapshot);
    }

    private static void put(Transaction tx, AccountId account, Order order, Room room) {
        room.source()
                .ifPresent(source ->
                        Reencryption.putSource(
                                tx, account, source, order.snapshot().orElseThrow()));
        Volumes.put(
                tx,
                new Volume(
                        room.volume().id(),
                        account,
                        Calls.now(),
                        order.zone(),
                        order.snapshot().map(Snapshot::id),
                        order.configuration(),
                        false,
                        VolumeState.CREATING,
                        Optional.empty(),
                        room.volume().placement(tx),
                        Optional.empty(),
                        "",
                        order.encryption(),
                        room.source().map(source -> Reencryption.from(source.id())),
                        false));
    }

    DeleteVolumeResponse delete(DeleteVolumeRequest request) {
        var id = VolumeId.parse(request.volumeId());
        calls.change((tx, account) -> {
            var volume = Volumes.require(tx, account, id);
            switch (volume.shownState()) {
                case AVAILABLE, ERROR ->
                        Volumes.put(tx, volume.apply(VolumeState.Event.DELETE_REQUESTED));
                case IN_USE ->
                        throw Fault.conflict(
                                "VolumeInUse",
                                "Volume %s is currently attached to %s"
                                        .formatted(
                                                id,
                                                volume.attachment()
                                                        .map(one -> one.instance().value())
                                                        .orElse("")));
                case CREATING ->
                        throw Fault.conflict(
                                "IncorrectState",
                                "The volume '%s' is in the 'creating' state.".formatted(id));
                case DELETING, DELETED -> {}
            }
            return new Owned<>(account, id);
        });
        return DeleteVolumeResponse.builder().build();
    }
}
