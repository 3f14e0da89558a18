package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.InstanceType;
import io.brume.control.domain.instance.ReservationId;
import io.brume.control.domain.keypair.KeyPair;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.vpc.Attachment;
import io.brume.control.domain.vpc.AttachmentId;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.Demand;
import io.brume.control.scheduler.Resources;
import io.brume.control.state.ClientTokens;
import io.brume.control.state.DataKeys;
import io.brume.control.state.Images;
import io.brume.control.state.KeyPairs;
import io.brume.control.state.NetworkInterfaces;
import io.brume.control.state.NewInterface;
import io.brume.control.state.Tags;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;

/**
 * RunInstances. Room on hosts and storage nodes is held first, outside the transaction; then
 * instances, volumes, interfaces, addresses and tags are committed at once, or the room is given
 * back.
 */
final class Launches {
    private final Store store;
    private final Capacity capacity;
    private final StorageRoom storage;
    private final DataKeys keys;
    private final EncryptionChoice encryption;
    private final NetworkInterfaces interfaces;
    private final InstanceViews views;
    private final Ids ids;
    private final RandomGenerator random;

    Launches(
            Store store,
            Capacity capacity,
            Ec2Parts.VolumeParts volumes,
            NetworkInterfaces interfaces,
            InstanceViews views,
            Ids ids,
            RandomGenerator random) {
        this.store = requireNonNull(store);
        this.capacity = requireNonNull(capacity);
        this.storage = new StorageRoom(volumes, ids);
        this.keys = volumes.keys();
        this.encryption = new EncryptionChoice(keys);
        this.interfaces = requireNonNull(interfaces);
        this.views = requireNonNull(views);
        this.ids = requireNonNull(ids);
        this.random = requireNonNull(random);
    }

    /** All that a launch refers to, read at one moment. */
    private record Order(
            Image image,
            InstanceType type,
            LaunchNetwork network,
            Optional<KeyPair> key,
            List<LaunchVolumes.Wanted> volumes) {
        Demand demand() {
            return new Demand(
                    network.subnet().zone(),
                    image.architecture().toString(),
                    new Resources(type.vcpus(), type.memoryMib()),
                    Optional.empty());
        }
    }

    /** What each instance of a launch has of its own, chosen before the transaction. */
    private record Place(
            LaunchRoom.Place room,
            NetworkInterfaceId networkInterface,
            AttachmentId attachment,
            long seed) {}

    RunInstancesResponse run(RunInstancesRequest request) {
        LaunchRules.check(request);
        var tags = LaunchTags.of(request.tagSpecifications());
        var call = CallContext.current();
        var account = call.account();
        var earlier = store.transact(tx -> earlier(tx, call));
        if (earlier.isPresent()) {
            return reservation(account, earlier.get());
        }
        var order = store.view(tx -> order(tx, account, request));
        call.stopHereIfDryRun();
        var reservation = ReservationId.create(ids);
        try (var room = hold(order, request)) {
            var places = room.places().stream().map(this::place).toList();
            var made =
                    store.transact(tx -> {
                        var other = earlier(tx, call);
                        if (other.isPresent()) {
                            return other.get();
                        }
                        var fresh = order(tx, account, request);
                        demandSameVolumes(order, fresh);
                        demandQuota(tx, account, places.size() * order.volumes().size());
                        for (int i = 0; i < places.size(); i++) {
                            create(tx, call, request, fresh, reservation, i, places.get(i), tags);
                        }
                        remember(tx, call, reservation);
                        return reservation;
                    });
            if (made.equals(reservation)) {
                room.keep();
            }
            return reservation(account, made);
        }
    }

    /** Room is held for what was read before. */
    private static void demandSameVolumes(Order held, Order fresh) {
        if (!held.volumes().equals(fresh.volumes())) {
            throw Fault.conflict(
                    "IncorrectState",
                    "What the image '%s' is made of is changing. Try again."
                            .formatted(fresh.image().id()));
        }
    }

    private static void demandQuota(ReadTransaction tx, AccountId account, int more) {
        long have =
                tx.stream(VolumeTables.VOLUMES, VolumeTables.VOLUME_KEYS.startingWith(account))
                        .count();
        if (have + more > VolumeCreation.MOST_VOLUMES) {
            throw Fault.quota(
                    "VolumeLimitExceeded",
                    "Maximum number of volumes exceeded: %d."
                            .formatted(VolumeCreation.MOST_VOLUMES));
        }
    }

    private Place place(LaunchRoom.Place room) {
        return new Place(
                room, NetworkInterfaceId.create(ids), AttachmentId.create(ids), random.nextLong());
    }

    private static Optional<ReservationId> earlier(Transaction tx, CallContext call) {
        return call.clientToken()
                .flatMap(token -> ClientTokens.earlier(tx, token, call.time()))
                .map(ReservationId::new);
    }

    private static void remember(Transaction tx, CallContext call, ReservationId reservation) {
        call.clientToken()
                .ifPresent(token -> ClientTokens.used(tx, token, reservation.value(), call.time()));
    }

    private Order order(ReadTransaction tx, AccountId account, RunInstancesRequest request) {
        var image = Images.requireAvailable(tx, account, ImageId.parse(request.imageId()));
        var type = LaunchRules.type(request.instanceTypeAsString());
        var network = LaunchNetwork.of(tx, account, request);
        var key =
                Optional.ofNullable(request.keyName())
                        .map(name -> KeyPairs.require(tx, account, name));
        var wanted =
                LaunchVolumes.of(tx, account, encryption, image, request.blockDeviceMappings());
        return new Order(image, type, network, key, wanted);
    }

    private LaunchRoom hold(Order order, RunInstancesRequest request) {
        try {
            return LaunchRoom.hold(
                    capacity,
                    storage,
                    ids,
                    order.demand(),
                    order.volumes(),
                    request.minCount(),
                    request.maxCount());
        } catch (Capacity.NoRoomException e) {
            throw noRoom(order, e);
        }
    }

    private static Fault noRoom(Order order, Capacity.NoRoomException e) {
        return Fault.of(
                Fault.Category.CAPACITY,
                "InsufficientInstanceCapacity",
                "There is not enough capacity for the instance type '%s' in zone '%s': %s."
                        .formatted(
                                order.type().name(),
                                order.network().subnet().zone(),
                                e.getMessage()));
    }

    private void create(
            Transaction tx,
            CallContext call,
            RunInstancesRequest request,
            Order order,
            ReservationId reservation,
            int index,
            Place place,
            LaunchTags tags) {
        var account = call.account();
        var now = call.time();
        var network = order.network();
        var networkInterface =
                interfaces.create(
                        tx,
                        new NewInterface(
                                place.networkInterface(),
                                network.subnet(),
                                network.privateIp(),
                                network.publicIp(),
                                network.groups(),
                                network.description(),
                                new Attachment(
                                        place.attachment(),
                                        place.room().instance(),
                                        0,
                                        network.deleteInterface(),
                                        now),
                                now,
                                place.seed()));
        var instance =
                new Instance(
                        place.room().instance(),
                        account,
                        launch(order, request, reservation, index, now),
                        settings(order, request),
                        InstanceState.PENDING,
                        Optional.of(StateReason.PENDING),
                        "",
                        Optional.of(place.room().node()),
                        List.of(networkInterface.id()),
                        1,
                        0,
                        false,
                        now,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        tx.put(InstanceTables.INSTANCES, instance.key(), instance);
        Tags.put(tx, account, instance.id(), tags.instance());
        Tags.put(tx, account, networkInterface.id(), tags.networkInterface());
        for (int i = 0; i < order.volumes().size(); i++) {
            var volume =
                    volume(tx, instance, order.volumes().get(i), place.room().volumes().get(i));
            Volumes.put(tx, volume);
            Tags.put(tx, account, volume.id(), tags.volume());
        }
    }

    /** A volume that the instance has from its beginning, written by the instance's host. */
    private Volume volume(
            Transaction tx,
            Instance instance,
            LaunchVolumes.Wanted wanted,
            LaunchRoom.HeldVolume held) {
        var now = instance.startedAt();
        var snapshot = wanted.snapshot();
        held.source()
                .ifPresent(source ->
                        Reencryption.putSource(
                                tx, instance.account(), source, snapshot.orElseThrow()));
        return new Volume(
                held.volume().id(),
                instance.account(),
                now,
                instance.launch().zone(),
                snapshot.map(Snapshot::id),
                wanted.configuration(),
                false,
                VolumeState.CREATING,
                Optional.of(
                        VolumeAttachment.asked(
                                instance.id(),
                                wanted.device(),
                                wanted.deleteOnTermination(),
                                tx.revision(),
                                now)),
                Placement.begun(held.volume().nodes(), instance.node(), tx.revision(), now),
                Optional.empty(),
                "",
                wanted.encrypted()
                        ? snapshot.flatMap(Snapshot::encryption)
                                .or(() -> Optional.of(keys.create(instance.account())))
                        : Optional.empty(),
                held.source().map(source -> Reencryption.from(source.id())),
                false);
    }

    private static Instance.Launch launch(
            Order order,
            RunInstancesRequest request,
            ReservationId reservation,
            int index,
            Instant now) {
        var subnet = order.network().subnet();
        var bootMode = order.image().bootMode();
        return new Instance.Launch(
                reservation,
                index,
                now,
                order.image().id(),
                order.image().architecture().toString(),
                bootMode == null ? "" : bootMode.toString(),
                order.key().map(KeyPair::name).orElse(""),
                order.key().map(KeyPair::publicKey).orElse(""),
                order.image().rootDeviceName(),
                subnet.zone(),
                subnet.vpcId(),
                subnet.id(),
                request.clientToken() == null ? "" : request.clientToken(),
                "default",
                order.image().bootImage());
    }

    private static Instance.Settings settings(Order order, RunInstancesRequest request) {
        var options = LaunchRules.metadata(request.metadataOptions());
        boolean tokens =
                options.tokensRequired()
                        || (order.image().tokensRequired()
                                && (request.metadataOptions() == null
                                        || request.metadataOptions().httpTokens() == null));
        return new Instance.Settings(
                order.type().name(),
                LaunchRules.userData(request.userData()),
                Boolean.TRUE.equals(request.disableApiTermination()),
                Boolean.TRUE.equals(request.disableApiStop()),
                LaunchRules.shutdownTerminates(
                        request.instanceInitiatedShutdownBehavior() == null
                                ? "stop"
                                : request.instanceInitiatedShutdownBehaviorAsString()),
                request.monitoring() != null && Boolean.TRUE.equals(request.monitoring().enabled()),
                Boolean.TRUE.equals(request.ebsOptimized()),
                new Instance.MetadataOptions(
                        options.endpointEnabled(),
                        tokens,
                        options.hopLimit(),
                        options.tagsEnabled()));
    }

    private RunInstancesResponse reservation(AccountId account, ReservationId id) {
        return store.view(tx ->
                RunInstancesResponse.builder()
                        .reservationId(id.value())
                        .ownerId(account.value())
                        .groups(List.of())
                        .instances(
                                Reservations.members(tx, account, id).stream()
                                        .map(instance -> views.of(tx, instance))
                                        .toList())
                        .build());
    }
}
