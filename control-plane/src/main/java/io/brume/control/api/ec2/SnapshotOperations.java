package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.tag.TagRules;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.state.Rows;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.ImageTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.InstanceSpecification;

/** Snapshots: asked for, described, deleted. A volume's writer cuts them. */
final class SnapshotOperations {
    private static final int LONGEST_DESCRIPTION = 255;

    private final Calls calls;
    private final Ids ids;
    private final SnapshotView view;

    SnapshotOperations(Calls calls, Ids ids, SnapshotView view) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
        this.view = requireNonNull(view);
    }

    CreateSnapshotResponse create(CreateSnapshotRequest request) {
        refuse(request.outpostArn(), request.locationAsString());
        var description = description(request.description());
        var tags = TagSpecifications.of(request.tagSpecifications(), ResourceType.SNAPSHOT);
        var volumeId = VolumeId.parse(request.volumeId());
        var id = SnapshotId.create(ids);
        var now = Calls.now();
        var snapshot =
                calls.change((tx, account) -> {
                    var volume = demandVolume(tx, account, volumeId);
                    return put(tx, volume, id, description, now, tags, Optional.empty());
                });
        return SnapshotView.created(snapshot, tags);
    }

    private static void refuse(@Nullable String outpost, @Nullable String location) {
        if (outpost != null || (location != null && !location.equals("regional"))) {
            throw Faults.unsupported("A snapshot outside of the region");
        }
    }

    static String description(@Nullable String text) {
        var description = text == null ? "" : text;
        if (description.length() > LONGEST_DESCRIPTION) {
            throw Faults.invalidValue(
                    "The description is longer than the limit of 255 characters.");
        }
        return description;
    }

    private static Volume demandVolume(ReadTransaction tx, AccountId account, VolumeId id) {
        var volume = Volumes.require(tx, account, id);
        var state = volume.shownState();
        if (state != VolumeState.AVAILABLE && state != VolumeState.IN_USE) {
            throw Fault.conflict(
                    "IncorrectState",
                    "The volume '%s' is in the '%s' state.".formatted(id, state.awsName()));
        }
        return volume;
    }

    private static Snapshot put(
            Transaction tx,
            Volume volume,
            SnapshotId id,
            String description,
            Instant now,
            List<Tag> tags,
            Optional<SnapshotId> group) {
        SnapshotLimits.demandRoom(tx, volume);
        var snapshot =
                new Snapshot(
                        id,
                        volume.account(),
                        volume.id(),
                        size(volume),
                        description,
                        now,
                        SnapshotState.PENDING,
                        0,
                        false,
                        List.of(),
                        0,
                        Optional.empty(),
                        VolumePermissions.NONE,
                        volume.encryption(),
                        Optional.empty(),
                        false,
                        group);
        Snapshots.put(tx, snapshot);
        Tags.put(tx, volume.account(), id, tags);
        return snapshot;
    }

    private static int size(Volume volume) {
        return volume.configuration().sizeGib();
    }

    /** All of one moment: the agent that writes the volumes cuts them together. */
    CreateSnapshotsResponse createOfInstance(CreateSnapshotsRequest request) {
        refuse(request.outpostArn(), request.locationAsString());
        var description = description(request.description());
        var tags = TagSpecifications.of(request.tagSpecifications(), ResourceType.SNAPSHOT);
        var copies = request.copyTagsFromSourceAsString();
        if (copies != null && !copies.equals("volume")) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter copyTagsFromSource is invalid.".formatted(copies));
        }
        var specification = request.instanceSpecification();
        if (specification == null) {
            throw Faults.missing("InstanceSpecification");
        }
        var call = CallContext.current();
        var now = Calls.now();
        var fresh = Stream.generate(() -> SnapshotId.create(ids)).limit(MOST_VOLUMES).toList();
        var made =
                calls.change((tx, account) -> {
                    var infos = new ArrayList<Tagged<Snapshot>>();
                    var volumes = chosen(tx, call, specification);
                    var group =
                            volumes.size() > 1
                                    ? Optional.of(fresh.getFirst())
                                    : Optional.<SnapshotId>empty();
                    for (var volume : volumes) {
                        var all = copies == null ? tags : merged(tx, volume, tags);
                        var id = fresh.get(infos.size());
                        var usable = demandVolume(tx, account, volume.id());
                        var snapshot = put(tx, usable, id, description, now, all, group);
                        infos.add(new Tagged<>(snapshot, all));
                    }
                    return infos;
                });
        return CreateSnapshotsResponse.builder()
                .snapshots(
                        made.stream().map(one -> SnapshotView.info(one.it(), one.tags())).toList())
                .build();
    }

    /** AWS's bound of the volumes of one call. */
    private static final int MOST_VOLUMES = 128;

    private static List<Volume> chosen(
            ReadTransaction tx, CallContext call, InstanceSpecification specification) {
        if (specification.instanceId() == null) {
            throw Faults.missing("InstanceId");
        }
        var instance =
                InstancePower.require(tx, call, InstanceId.parse(specification.instanceId()));
        var left = specification.excludeDataVolumeIds().stream().map(VolumeId::parse).toList();
        boolean withBoot = !Boolean.TRUE.equals(specification.excludeBootVolume());
        var volumes = Volumes.of(tx, instance.key());
        for (var id : left) {
            if (volumes.stream().noneMatch(volume -> volume.id().equals(id))) {
                throw id.notFound();
            }
        }
        return volumes.stream()
                .filter(volume -> !left.contains(volume.id()))
                .filter(volume -> withBoot || !volume.isRootOf(instance))
                .toList();
    }

    private static List<Tag> merged(ReadTransaction tx, Volume volume, List<Tag> tags) {
        Map<String, Tag> all = new TreeMap<>();
        Tags.of(tx, volume.account(), volume.id()).forEach(tag -> all.put(tag.key(), tag));
        tags.forEach(tag -> all.put(tag.key(), tag));
        TagRules.checkCount(all.size());
        return List.copyOf(all.values());
    }

    DescribeSnapshotsResponse describe(DescribeSnapshotsRequest request) {
        var wanted = view.filters().matcher(request.filters());
        var named = request.snapshotIds().stream().map(SnapshotId::parse).toList();
        var viewer = CallContext.current().account();
        for (var user : request.restorableByUserIds()) {
            demandUser(user);
        }
        List<Tagged<Snapshot>> found =
                calls.view((tx, account) ->
                        Named.select(Snapshots.visible(tx, account), named, Snapshot::id).stream()
                                .filter(snapshot -> ownedAsAsked(snapshot, viewer, request))
                                .filter(snapshot -> restorableAsAsked(snapshot, viewer, request))
                                .map(snapshot -> Tagged.read(tx, account, snapshot.id(), snapshot))
                                .filter(wanted)
                                .toList());
        var page = calls.page(request, named, found, one -> one.it().id().value());
        return DescribeSnapshotsResponse.builder()
                .snapshots(
                        page.items().stream().map(one -> view.show(one.it(), one.tags())).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static void demandUser(String user) {
        if (!user.equals("self") && !user.equals("all") && !AccountId.isAccountId(user)) {
            throw Fault.invalid(
                    "InvalidUserID.Malformed", "Invalid user id: \"%s\"".formatted(user));
        }
    }

    private boolean ownedAsAsked(
            Snapshot snapshot, AccountId viewer, DescribeSnapshotsRequest request) {
        return request.ownerIds().isEmpty()
                || request.ownerIds().stream()
                        .anyMatch(owner ->
                                switch (owner) {
                                    case "self" -> snapshot.account().equals(viewer);
                                    case "amazon" -> view.ownerAlias(snapshot) != null;
                                    default -> snapshot.account().value().equals(owner);
                                });
    }

    private static boolean restorableAsAsked(
            Snapshot snapshot, AccountId viewer, DescribeSnapshotsRequest request) {
        return request.restorableByUserIds().isEmpty()
                || request.restorableByUserIds().stream()
                        .anyMatch(user ->
                                switch (user) {
                                    case "all" -> snapshot.permissions().everyone();
                                    case "self" -> snapshot.isUsableBy(viewer);
                                    default -> snapshot.isUsableBy(new AccountId(user));
                                });
    }

    DeleteSnapshotResponse delete(DeleteSnapshotRequest request) {
        var id = SnapshotId.parse(request.snapshotId());
        calls.change((tx, account) -> {
            var snapshot = requireOwn(tx, account, id);
            Rows.of(tx, ImageTables.IMAGES, ImageTables.IMAGES_BY_SNAPSHOT, id).stream()
                    .findFirst()
                    .ifPresent(image -> {
                        throw Fault.conflict(
                                "InvalidSnapshot.InUse",
                                "The snapshot %s is currently in use by %s"
                                        .formatted(id, image.id()));
                    });
            Snapshots.delete(tx, snapshot);
            return new Owned<>(account, id);
        });
        return DeleteSnapshotResponse.builder().build();
    }

    /** A snapshot that only its owner may change. */
    static Snapshot requireOwn(ReadTransaction tx, AccountId account, SnapshotId id) {
        var snapshot = Snapshots.require(tx, account, id);
        if (!snapshot.account().equals(account)) {
            throw Fault.denied(
                    "UnauthorizedOperation", "You are not authorized to perform this operation.");
        }
        return snapshot;
    }
}
