package io.brume.control.api.ebs;

import static java.util.Objects.requireNonNullElse;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Region;
import io.brume.control.domain.snapshot.OpenSnapshot;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.tag.TagRules;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.fleet.Chunks;
import io.brume.control.scheduler.ReplicaDemand;
import io.brume.control.scheduler.ReplicaPlanner;
import io.brume.control.scheduler.StorageNodeView;
import io.brume.control.state.ClientTokens;
import io.brume.control.state.DataKeys;
import io.brume.control.state.OpenSnapshots;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.EbsTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/** StartSnapshot: a snapshot that is to be written from outside, of zeros or of a parent. */
final class SnapshotStart {
    /** AWS's usual quota of an account's snapshots that are being written. */
    private static final int MOST_OPEN = 100;

    /** AWS's usual quota of snapshots of an account. */
    private static final int MOST_SNAPSHOTS = 100_000;

    private static final int LARGEST_GIB = 65_536;
    private static final int USUAL_TIMEOUT_MINUTES = 60;

    private final EbsParts parts;
    private final Ids ids;

    SnapshotStart(EbsParts parts) {
        this.parts = parts;
        this.ids = new Ids(parts.random());
    }

    StartSnapshotResponse start(StartSnapshotRequest request) {
        var tags = tags(request);
        if (request.volumeSize() > LARGEST_GIB) {
            throw Faults.invalid(
                    ValidationExceptionReason.INVALID_VOLUME_SIZE,
                    "The volume size may be at most %d GiB.".formatted(LARGEST_GIB));
        }
        var id = SnapshotId.create(ids);
        var snapshot =
                parts.store()
                        .transact(tx -> {
                            var earlier = earlier(tx);
                            return earlier.isPresent()
                                    ? earlier.get()
                                    : begin(tx, id, request, tags);
                        });
        var shown = parts.store().view(tx -> Tags.of(tx, snapshot.account(), snapshot.id()));
        return show(snapshot, shown);
    }

    private static List<Tag> tags(StartSnapshotRequest request) {
        try {
            return TagRules.checked(
                    request.tags().stream()
                            .map(tag ->
                                    new Tag(
                                            requireNonNullElse(tag.key(), ""),
                                            requireNonNullElse(tag.value(), "")))
                            .toList());
        } catch (Fault fault) {
            throw Faults.invalid(
                    ValidationExceptionReason.INVALID_TAG, String.valueOf(fault.getMessage()));
        }
    }

    private static Optional<Snapshot> earlier(Transaction tx) {
        var call = CallContext.current();
        try {
            return call.clientToken()
                    .flatMap(token -> ClientTokens.earlier(tx, token, call.time()))
                    .map(id -> Access.own(tx, call.account(), id));
        } catch (Fault fault) {
            throw fault.category() == Fault.Category.CONFLICT
                    ? Faults.tokenConflict()
                    : Faults.invalidValue(String.valueOf(fault.getMessage()));
        }
    }

    private Snapshot begin(
            Transaction tx, SnapshotId id, StartSnapshotRequest request, List<Tag> tags) {
        var call = CallContext.current();
        checkQuotas(tx);
        var parent = parent(tx, request);
        var now = call.time().truncatedTo(ChronoUnit.MILLIS);
        var snapshot =
                new Snapshot(
                        id,
                        call.account(),
                        Snapshot.OF_NO_VOLUME,
                        request.volumeSize().intValue(),
                        requireNonNullElse(request.description(), ""),
                        now,
                        SnapshotState.PENDING,
                        0,
                        true,
                        nodes(tx, request, parent),
                        0,
                        Optional.empty(),
                        VolumePermissions.NONE,
                        encryption(tx, request, parent),
                        parent.map(Snapshot::id),
                        true);
        Snapshots.put(tx, snapshot);
        Tags.put(tx, call.account(), id, tags);
        int minutes = requireNonNullElse(request.timeout(), USUAL_TIMEOUT_MINUTES);
        OpenSnapshots.start(tx, snapshot.key(), new OpenSnapshot(Duration.ofMinutes(minutes), now));
        call.clientToken()
                .ifPresent(token -> ClientTokens.used(tx, token, id.value(), call.time()));
        return snapshot;
    }

    private static void checkQuotas(ReadTransaction tx) {
        var account = CallContext.current().account();
        if (OpenSnapshots.count(tx, account) >= MOST_OPEN) {
            throw Faults.tooManyOpen(MOST_OPEN);
        }
        var all = SnapshotTables.SNAPSHOT_KEYS.startingWith(account);
        if (tx.stream(SnapshotTables.SNAPSHOTS, all).limit(MOST_SNAPSHOTS).count()
                >= MOST_SNAPSHOTS) {
            throw Faults.tooMany(MOST_SNAPSHOTS);
        }
    }

    private static Optional<Snapshot> parent(ReadTransaction tx, StartSnapshotRequest request) {
        var id = request.parentSnapshotId();
        if (id == null) {
            return Optional.empty();
        }
        if (request.encrypted() != null || request.kmsKeyArn() != null) {
            throw Faults.invalidValue(
                    "ParentSnapshotId cannot be used together with Encrypted or KmsKeyArn.");
        }
        var parent = Access.own(tx, CallContext.current().account(), id);
        if (parent.state() != SnapshotState.COMPLETED) {
            throw Faults.invalidSnapshot("Source snapshot (%s) is not complete.".formatted(id));
        }
        if (request.volumeSize() < parent.sizeGib()) {
            throw Faults.invalid(
                    ValidationExceptionReason.INVALID_VOLUME_SIZE,
                    "The volume size %d is smaller than that of the parent snapshot, %d."
                            .formatted(request.volumeSize(), parent.sizeGib()));
        }
        return Optional.of(parent);
    }

    /** Those of the parent, or as many as keep a volume, of the zone that has the most. */
    private List<NodeId> nodes(
            ReadTransaction tx, StartSnapshotRequest request, Optional<Snapshot> parent) {
        var able =
                parts.capacity().nodes().stream()
                        .filter(node -> servesChunks(tx, node.id()))
                        .toList();
        List<NodeId> best = List.of();
        if (parent.isPresent()) {
            best = parent.get().nodes().stream().filter(id -> isHere(able, id)).toList();
        } else {
            for (Region.Zone zone : parts.region().zones()) {
                var chosen =
                        ReplicaPlanner.choose(
                                able,
                                new ReplicaDemand(
                                        zone.name(),
                                        parts.copies(),
                                        request.volumeSize() << 30,
                                        Set.of(),
                                        Set.of()));
                best = chosen.size() > best.size() ? chosen : best;
            }
        }
        if (best.isEmpty()) {
            throw Faults.internal(
                    parent.isPresent()
                            ? "No storage node is connected that keeps the parent snapshot."
                            : "No storage node is connected and has room.",
                    null);
        }
        return best;
    }

    private static boolean isHere(List<StorageNodeView> nodes, NodeId id) {
        return nodes.stream().anyMatch(node -> node.id().equals(id) && node.available());
    }

    private static boolean servesChunks(ReadTransaction tx, NodeId id) {
        var node = tx.get(VolumeTables.STORAGE_NODES, id);
        return node != null && !node.chunkAddress().isEmpty();
    }

    /** A parent's content keeps its key; otherwise as asked for, and as the account wants it. */
    private Optional<Encryption> encryption(
            ReadTransaction tx, StartSnapshotRequest request, Optional<Snapshot> parent) {
        var account = CallContext.current().account();
        var settings = tx.get(EbsTables.EBS_SETTINGS, account);
        boolean byDefault = settings != null && settings.encryptByDefault();
        if (parent.isPresent()) {
            if (byDefault && parent.get().encryption().isEmpty()) {
                throw Faults.invalidValue(
                        "Encryption by default is enabled, and the parent snapshot is not"
                                + " encrypted.");
            }
            return parent.get().encryption();
        }
        boolean wanted = byDefault || Boolean.TRUE.equals(request.encrypted());
        var key = request.kmsKeyArn();
        if (key != null && !wanted) {
            throw Faults.invalidValue("KmsKeyArn requires Encrypted to be set.");
        }
        if (key != null && !parts.keys().isDefaultKey(account, key)) {
            throw Faults.invalid(
                    ValidationExceptionReason.INVALID_CUSTOMER_KEY,
                    "The KMS key '%s' does not exist. This cloud has no keys but %s."
                            .formatted(key, DataKeys.DEFAULT_ALIAS));
        }
        return wanted ? Optional.of(parts.keys().create(account)) : Optional.empty();
    }

    private static StartSnapshotResponse show(Snapshot snapshot, List<Tag> tags) {
        return StartSnapshotResponse.builder()
                .snapshotId(snapshot.id().value())
                .ownerId(snapshot.account().value())
                .description(snapshot.description().isEmpty() ? null : snapshot.description())
                .status(snapshot.state().awsName())
                .startTime(snapshot.started())
                .volumeSize((long) snapshot.sizeGib())
                .blockSize(Chunks.CHUNK)
                .parentSnapshotId(snapshot.copyOf().map(SnapshotId::value).orElse(null))
                .kmsKeyArn(snapshot.encryption().map(Encryption::kmsKeyId).orElse(null))
                .tags(
                        tags.stream()
                                .map(tag ->
                                        software.amazon.awssdk.services.ebs.model.Tag.builder()
                                                .key(tag.key())
                                                .value(tag.value())
                                                .build())
                                .toList())
                .build();
    }
}
