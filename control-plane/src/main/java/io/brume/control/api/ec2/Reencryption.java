package io.brume.control.api.ec2;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeConfiguration;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.state.Volumes;
import io.brume.store.Transaction;
import java.util.Optional;

/**
 * How content comes under another key: a hidden volume of the snapshot, and one that a host fills
 * from it, which serves both. What is hidden goes by itself when it has served.
 */
final class Reencryption {
    /** What no user sees is as fast as it can be: somebody waits for it. */
    private static final int IOPS = 64_000;

    private static final int MIB_PER_SECOND = 4_000;

    private Reencryption() {}

    /** A volume of the snapshot, as it is, to fill another one from. */
    static void putSource(
            Transaction tx, AccountId account, StorageRoom.Held room, Snapshot snapshot) {
        put(
                tx,
                account,
                room,
                snapshot,
                Optional.of(snapshot.id()),
                Optional.empty(),
                Optional.empty());
    }

    /** A volume that is filled from another one, to be cut. */
    static Volume putTarget(
            Transaction tx,
            AccountId account,
            StorageRoom.Held room,
            Snapshot snapshot,
            Encryption encryption,
            VolumeId source) {
        return put(
                tx,
                account,
                room,
                snapshot,
                Optional.empty(),
                Optional.of(encryption),
                Optional.of(from(source)));
    }

    /** What a volume is filled with. */
    static Filling from(VolumeId source) {
        return new Filling(new Filling.OfVolume(source), false);
    }

    private static Volume put(
            Transaction tx,
            AccountId account,
            StorageRoom.Held room,
            Snapshot snapshot,
            Optional<SnapshotId> base,
            Optional<Encryption> encryption,
            Optional<Filling> filling) {
        var volume =
                new Volume(
                        room.id(),
                        account,
                        Calls.now(),
                        room.zone(),
                        base,
                        new VolumeConfiguration(
                                VolumeType.IO2, snapshot.sizeGib(), IOPS, MIB_PER_SECOND),
                        false,
                        VolumeState.CREATING,
                        Optional.empty(),
                        room.placement(tx),
                        Optional.empty(),
                        "",
                        encryption,
                        filling,
                        true);
        Volumes.put(tx, volume);
        return volume;
    }
}
