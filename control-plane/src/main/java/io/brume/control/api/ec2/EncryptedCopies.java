package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.state.Snapshots;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.util.List;
import java.util.Optional;

/**
 * Copies of snapshots that are encrypted where their source is not: each is a snapshot of a hidden
 * volume that is filled from another one, which begins as the source.
 */
final class EncryptedCopies {
    private static final long GIB = 1L << 30;

    private final Store store;
    private final Region region;
    private final StorageRoom storage;

    EncryptedCopies(Store store, Ids ids, Region region, Ec2Parts.VolumeParts parts) {
        this.store = requireNonNull(store);
        this.region = requireNonNull(region);
        this.storage = new StorageRoom(parts, ids);
    }

    /** The volumes by which content comes under another key. */
    record Rooms(StorageRoom.Held source, StorageRoom.Held target) {}

    /**
     * Room for the volumes of one copy, to be given back if it is not made.
     *
     * @throws Fault {@code InsufficientVolumeCapacity}
     */
    Rooms hold(Snapshot source) {
        var zone = store.view(tx -> zone(tx, source));
        var bytes = source.sizeGib() * GIB;
        var from = storage.hold(zone, bytes, source.nodes());
        try {
            return new Rooms(from, storage.hold(zone, bytes, List.of()));
        } catch (Fault full) {
            storage.release(from);
            throw full;
        }
    }

    void release(Rooms rooms) {
        storage.release(rooms.source());
        storage.release(rooms.target());
    }

    /** Begins a copy. It is a snapshot like any other, only of a volume that nobody sees. */
    static Snapshot put(
            Transaction tx,
            SnapshotId id,
            AccountId account,
            Snapshot source,
            String description,
            Encryption encryption,
            Rooms rooms) {
        Reencryption.putSource(tx, account, rooms.source(), source);
        var volume =
                Reencryption.putTarget(
                        tx, account, rooms.target(), source, encryption, rooms.source().id());
        var copy =
                SnapshotCopies.copy(
                        id,
                        account,
                        source,
                        description,
                        volume.encryption(),
                        volume.id(),
                        List.of(),
                        Optional.empty());
        Snapshots.put(tx, copy);
        return copy;
    }

    /** The zone that the snapshot lies in. */
    private String zone(ReadTransaction tx, Snapshot source) {
        return source.nodes().stream()
                .map(node -> Optional.ofNullable(tx.get(VolumeTables.STORAGE_NODES, node)))
                .flatMap(Optional::stream)
                .map(StorageNode::zone)
                .findFirst()
                .orElse(region.zones().getFirst().name());
    }
}
