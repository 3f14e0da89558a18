package io.brume.control.domain.snapshot;

import io.brume.control.domain.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A copy of a snapshot on its way to becoming another one. Used by one thread, then dropped. */
final class SnapshotEdit {
    private final Snapshot from;
    private SnapshotState state;
    private int progress;
    private boolean cut;
    private List<NodeId> nodes;
    private long fullBytes;
    private Optional<Instant> completed;
    private VolumePermissions permissions;
    private boolean open;
    private Optional<SnapshotId> group;

    SnapshotEdit(Snapshot from) {
        this.from = from;
        this.state = from.state();
        this.progress = from.progress();
        this.cut = from.cut();
        this.nodes = from.nodes();
        this.fullBytes = from.fullBytes();
        this.completed = from.completed();
        this.permissions = from.permissions();
        this.open = from.open();
        this.group = from.group();
    }

    SnapshotEdit apply(SnapshotState.Event event) {
        state = state.next(event);
        return this;
    }

    SnapshotEdit progress(int percent) {
        progress = percent;
        return this;
    }

    SnapshotEdit cut() {
        cut = true;
        return this;
    }

    SnapshotEdit nodes(List<NodeId> value) {
        nodes = value;
        return this;
    }

    SnapshotEdit completed(long bytes, Instant now) {
        fullBytes = bytes;
        completed = Optional.of(now);
        return this;
    }

    SnapshotEdit permissions(VolumePermissions value) {
        permissions = value;
        return this;
    }

    SnapshotEdit sealed() {
        open = false;
        return this;
    }

    SnapshotEdit group(SnapshotId name) {
        group = Optional.of(name);
        return this;
    }

    Snapshot done() {
        return new Snapshot(
                from.id(),
                from.account(),
                from.volumeId(),
                from.sizeGib(),
                from.description(),
                from.started(),
                state,
                progress,
                cut,
                nodes,
                fullBytes,
                completed,
                permissions,
                from.encryption(),
                from.copyOf(),
                open,
                group);
    }
}
