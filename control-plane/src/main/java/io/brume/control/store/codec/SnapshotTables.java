package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.volume.VolumeId;
import io.brume.proto.state.v1.SnapshotRecord;
import io.brume.store.Codec;
import io.brume.store.Index;
import io.brume.store.KeyCodec;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Snapshots: what is stored of them, and how they can be found. */
public final class SnapshotTables {
    public static final PairKeyCodec<Owned<SnapshotId>, AccountId, SnapshotId> SNAPSHOT_KEYS =
            Keys.owned(SnapshotId::new);

    /** Found without knowing the owner: others may use it, and a host names only its id. */
    public static final Index<Owned<SnapshotId>, Snapshot, SnapshotId> SNAPSHOTS_BY_ID =
            new Index<>(1, "id", Keys.id(SnapshotId::new), (key, snapshot) -> List.of(key.id()));

    /** The snapshots of a volume that are not complete. */
    public static final Index<Owned<SnapshotId>, Snapshot, Owned<VolumeId>> PENDING_BY_VOLUME =
            new Index<>(
                    2,
                    "pending-volume",
                    VolumeTables.VOLUME_KEYS,
                    (key, snapshot) ->
                            snapshot.state() == SnapshotState.PENDING
                                    ? List.of(snapshot.volume())
                                    : List.of());

    /** What a snapshot's permissions grant: an account's number, or {@link #EVERYONE}. */
    public static final Index<Owned<SnapshotId>, Snapshot, String> SNAPSHOTS_BY_GRANTEE =
            new Index<>(3, "grantee", KeyCodec.string(), (key, snapshot) -> grantees(snapshot));

    /** The snapshots that a storage node keeps. */
    public static final Index<Owned<SnapshotId>, Snapshot, NodeId> SNAPSHOTS_BY_NODE =
            new Index<>(
                    4,
                    "node",
                    KeyCodec.string().map(NodeId::new, NodeId::value),
                    (key, snapshot) -> snapshot.nodes());

    /** The snapshots that are being copied from one. */
    public static final Index<Owned<SnapshotId>, Snapshot, SnapshotId> SNAPSHOTS_BY_SOURCE =
            new Index<>(
                    5,
                    "source",
                    Keys.id(SnapshotId::new),
                    (key, snapshot) -> snapshot.copiedFrom().stream().toList());

    /** The snapshots of one moment that are not complete. */
    public static final Index<Owned<SnapshotId>, Snapshot, SnapshotId> PENDING_BY_GROUP =
            new Index<>(
                    6,
                    "pending-group",
                    Keys.id(SnapshotId::new),
                    (key, snapshot) ->
                            snapshot.state() == SnapshotState.PENDING
                                    ? snapshot.group().stream().toList()
                                    : List.of());

    /** The grantee of public snapshots. */
    public static final String EVERYONE = "all";

    private static final Codec<Snapshot> SNAPSHOT =
            Messages.codec(
                    SnapshotRecord.parser(), SnapshotTables::record, SnapshotTables::snapshot);

    public static final Table<Owned<SnapshotId>, Snapshot> SNAPSHOTS =
            Table.of(
                    71,
                    "snapshots",
                    SNAPSHOT_KEYS,
                    SNAPSHOT,
                    SNAPSHOTS_BY_ID,
                    PENDING_BY_VOLUME,
                    SNAPSHOTS_BY_GRANTEE,
                    SNAPSHOTS_BY_NODE,
                    SNAPSHOTS_BY_SOURCE,
                    PENDING_BY_GROUP);

    private SnapshotTables() {}

    private static List<String> grantees(Snapshot snapshot) {
        List<String> grantees = new ArrayList<>();
        if (snapshot.permissions().everyone()) {
            grantees.add(EVERYONE);
        }
        snapshot.permissions().accounts().forEach(account -> grantees.add(account.value()));
        return grantees;
    }

    private static SnapshotRecord record(Snapshot snapshot) {
        var record =
                SnapshotRecord.newBuilder()
                        .setSnapshotId(snapshot.id().value())
                        .setAccountId(snapshot.account().value())
                        .setVolumeId(snapshot.volumeId().value())
                        .setSizeGib(snapshot.sizeGib())
                        .setDescription(snapshot.description())
                        .setStartedMillis(snapshot.started().toEpochMilli())
                        .setState(record(snapshot.state()))
                        .setProgressPercent(snapshot.progress())
                        .setCut(snapshot.cut())
                        .setFullBytes(snapshot.fullBytes())
                        .setEveryone(snapshot.permissions().everyone())
                        .setOpen(snapshot.open());
        snapshot.encryption().ifPresent(one -> record.setEncryption(Encryptions.record(one)));
        snapshot.copyOf().ifPresent(one -> record.setCopyOfSnapshotId(one.value()));
        snapshot.group().ifPresent(one -> record.setGroupSnapshotId(one.value()));
        snapshot.nodes().forEach(node -> record.addNodeIds(node.value()));
        snapshot.completed().ifPresent(at -> record.setCompletedMillis(at.toEpochMilli()));
        snapshot.permissions().accounts().stream()
                .sorted()
                .forEach(account -> record.addAccountIds(account.value()));
        return record.build();
    }

    private static Snapshot snapshot(SnapshotRecord record) {
        return new Snapshot(
                new SnapshotId(record.getSnapshotId()),
                new AccountId(record.getAccountId()),
                new VolumeId(record.getVolumeId()),
                record.getSizeGib(),
                record.getDescription(),
                Messages.instant(record.getStartedMillis()),
                state(record.getState()),
                record.getProgressPercent(),
                record.getCut(),
                record.getNodeIdsList().stream().map(NodeId::new).toList(),
                record.getFullBytes(),
                record.getCompletedMillis() == 0
                        ? Optional.empty()
                        : Optional.of(Messages.instant(record.getCompletedMillis())),
                new VolumePermissions(
                        record.getEveryone(),
                        record.getAccountIdsList().stream()
                                .map(AccountId::new)
                                .collect(Collectors.toSet())),
                record.hasEncryption()
                        ? Optional.of(Encryptions.encryption(record.getEncryption()))
                        : Optional.empty(),
                record.getCopyOfSnapshotId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SnapshotId(record.getCopyOfSnapshotId())),
                record.getOpen(),
                record.getGroupSnapshotId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SnapshotId(record.getGroupSnapshotId())));
    }

    private static SnapshotRecord.State record(SnapshotState state) {
        return switch (state) {
            case PENDING -> SnapshotRecord.State.STATE_PENDING;
            case COMPLETED -> SnapshotRecord.State.STATE_COMPLETED;
            case ERROR -> SnapshotRecord.State.STATE_ERROR;
            case DELETED -> SnapshotRecord.State.STATE_DELETED;
        };
    }

    private static SnapshotState state(SnapshotRecord.State state) {
        return switch (state) {
            case STATE_PENDING -> SnapshotState.PENDING;
            case STATE_COMPLETED -> SnapshotState.COMPLETED;
            case STATE_ERROR -> SnapshotState.ERROR;
            case STATE_DELETED -> SnapshotState.DELETED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("a snapshot record without a state");
        };
    }
}
