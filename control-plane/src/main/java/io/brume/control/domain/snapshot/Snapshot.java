package io.brume.control.domain.snapshot;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.VolumeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a volume held at one moment.
 *
 * @param sizeGib of the volume at that moment
 * @param started when it was asked for
 * @param progress 0 to 100
 * @param cut whether its moment has been: the writer has cut the volume
 * @param nodes the storage nodes that keep it, once it is cut
 * @param fullBytes of the volume that are not zeros; 0 until known
 * @param completed when all of it was kept
 * @param encryption empty = its volume was not encrypted
 * @param copyOf the snapshot that it begins as; empty = it is cut of its volume, or begins as zeros
 * @param open whether it is written from outside (EBS direct API)
 * @param group names those that are of one moment with it; empty = it has a moment of its own
 */
public record Snapshot(
        SnapshotId id,
        AccountId account,
        VolumeId volumeId,
        int sizeGib,
        String description,
        Instant started,
        SnapshotState state,
        int progress,
        boolean cut,
        List<NodeId> nodes,
        long fullBytes,
        Optional<Instant> completed,
        VolumePermissions permissions,
        Optional<Encryption> encryption,
        Optional<SnapshotId> copyOf,
        boolean open,
        Optional<SnapshotId> group) {
    /** What {@code volumeId} says of a snapshot that was not cut of a volume, as AWS has it. */
    public static final VolumeId OF_NO_VOLUME = new VolumeId("vol-ffffffff");

    public Snapshot {
        requireNonNull(id);
        requireNonNull(account);
        requireNonNull(volumeId);
        requireNonNull(description);
        requireNonNull(started);
        requireNonNull(state);
        nodes = List.copyOf(nodes);
        requireNonNull(completed);
        requireNonNull(permissions);
        requireNonNull(encryption);
        requireNonNull(copyOf);
        requireNonNull(group);
    }

    /** One that has a moment of its own. */
    public Snapshot(
            SnapshotId id,
            AccountId account,
            VolumeId volumeId,
            int sizeGib,
            String description,
            Instant started,
            SnapshotState state,
            int progress,
            boolean cut,
            List<NodeId> nodes,
            long fullBytes,
            Optional<Instant> completed,
            VolumePermissions permissions,
            Optional<Encryption> encryption,
            Optional<SnapshotId> copyOf,
            boolean open) {
        this(
                id,
                account,
                volumeId,
                sizeGib,
                description,
                started,
                state,
                progress,
                cut,
                nodes,
                fullBytes,
                completed,
                permissions,
                encryption,
                copyOf,
                open,
                Optional.empty());
    }

    /** Its place in the store. */
    public Owned<SnapshotId> key() {
        return new Owned<>(account, id);
    }

    /** The volume that it was taken of, which may be gone. */
    public Owned<VolumeId> volume() {
        return new Owned<>(account, volumeId);
    }

    /** Of the volume at that moment. */
    public long sizeBytes() {
        return (long) sizeGib << 30;
    }

    /** Whether its volume is still to be cut. */
    public boolean isUncut() {
        return state == SnapshotState.PENDING && !cut;
    }

    /** One that is of one moment with all others of this group. */
    public Snapshot inGroup(SnapshotId name) {
        return edit().group(name).done();
    }

    /** Whether users see it. */
    public boolean isListed() {
        return state != SnapshotState.DELETED;
    }

    /** Whether it comes by a cut of its volume. */
    public boolean isOfVolume() {
        return !volumeId.equals(OF_NO_VOLUME);
    }

    /** The snapshot that it is being copied from. */
    public Optional<SnapshotId> copiedFrom() {
        return state == SnapshotState.PENDING ? copyOf : Optional.empty();
    }

    /** Whether blocks may be written to it from outside. */
    public boolean isWritable() {
        return open && state == SnapshotState.PENDING;
    }

    /** Whether an account may make volumes from it. */
    public boolean isUsableBy(AccountId user) {
        return isListed() && (account.equals(user) || permissions.allow(user));
    }

    /** The writer has cut the volume, and these nodes keep what it held. */
    public Snapshot cut(List<NodeId> keepers) {
        return edit().cut().nodes(keepers).done();
    }

    public Snapshot withNodes(List<NodeId> keepers) {
        return edit().nodes(keepers).done();
    }

    /** Another node keeps it in the place of one that is given up. */
    public Snapshot moved(NodeId from, NodeId to) {
        return withNodes(
                Stream.concat(nodes.stream().filter(node -> !node.equals(from)), Stream.of(to))
                        .sorted()
                        .toList());
    }

    public Snapshot withProgress(int percent) {
        return edit().progress(percent).done();
    }

    public Snapshot completed(long bytes, Instant now) {
        return edit().apply(SnapshotState.Event.PRESERVED)
                .progress(100)
                .completed(bytes, now)
                .done();
    }

    /** Nothing is written to it from outside any more. */
    public Snapshot sealed() {
        return edit().sealed().done();
    }

    public Snapshot apply(SnapshotState.Event event) {
        return edit().apply(event).done();
    }

    public Snapshot with(VolumePermissions others) {
        return edit().permissions(others).done();
    }

    private SnapshotEdit edit() {
        return new SnapshotEdit(this);
    }
}
