package io.brume.control.api.ebs;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.state.Snapshots;
import io.brume.store.ReadTransaction;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Which snapshots a caller may read or write, and which may be compared. */
final class Access {
    /** How far back a lineage is followed: more than anybody keeps. */
    private static final int MOST_ANCESTORS = 10_000;

    private Access() {}

    /**
     * A complete snapshot whose blocks the caller may read: its own, or one that was shared with
     * it. Public ones may not be read, as at AWS.
     */
    static Snapshot readable(ReadTransaction tx, AccountId caller, String id) {
        var snapshot = known(tx, caller, id);
        if (!snapshot.account().equals(caller)
                && !snapshot.permissions().accounts().contains(caller)) {
            throw Faults.denied(snapshot.id());
        }
        if (snapshot.state() != SnapshotState.COMPLETED) {
            throw Faults.noSnapshot(id);
        }
        return snapshot;
    }

    /** A snapshot of the caller's own, in whatever state. */
    static Snapshot own(ReadTransaction tx, AccountId caller, String id) {
        var snapshot = known(tx, caller, id);
        if (!snapshot.account().equals(caller)) {
            throw Faults.denied(snapshot.id());
        }
        return snapshot;
    }

    private static Snapshot known(ReadTransaction tx, AccountId caller, String id) {
        if (!ResourceId.wellFormed(SnapshotId.PREFIX, id)) {
            throw Faults.noSnapshot(id);
        }
        return Snapshots.find(tx, new SnapshotId(id))
                .filter(snapshot -> snapshot.isUsableBy(caller))
                .orElseThrow(() -> Faults.noSnapshot(id));
    }

    /**
     * Whether two snapshots are of one lineage: of one volume, or begun as one snapshot, which may
     * be gone meanwhile; and under one data key, since it is what is stored that is compared.
     */
    static boolean areRelated(ReadTransaction tx, Snapshot one, Snapshot other) {
        if (!one.encryption().equals(other.encryption())) {
            return false;
        }
        var names = lineage(tx, one);
        names.retainAll(lineage(tx, other));
        return !names.isEmpty();
    }

    private static Set<String> lineage(ReadTransaction tx, Snapshot snapshot) {
        Set<String> names = new HashSet<>();
        var next = Optional.of(snapshot);
        while (next.isPresent() && names.size() < MOST_ANCESTORS) {
            var one = next.get();
            names.add(one.id().value());
            if (one.isOfVolume()) {
                names.add(one.account() + "/" + one.volumeId());
            }
            one.copyOf().ifPresent(parent -> names.add(parent.value()));
            next = one.copyOf().flatMap(parent -> Snapshots.find(tx, parent));
        }
        return names;
    }
}
