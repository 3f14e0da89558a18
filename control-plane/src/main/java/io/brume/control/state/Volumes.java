package io.brume.control.state;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.Transaction;
import io.brume.control.store.codec.VolumeTables;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Volumes on storage nodes, as front doors and the ends of instances change them. */
public final class Volumes {
    private Volumes() {}

    /** All of an account. */
    public static List<Volume> all(ReadTransaction tx, AccountId account) {
        return Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUME_KEYS.startingWith(account));
    }

    public static Optional<Volume> find(ReadTransaction tx, AccountId account, VolumeId id) {
        return Optional.ofNullable(tx.get(VolumeTables.VOLUMES, new Owned<>(account, id)));
    }

    /**
     * One of an account.
     *
     * @throws io.brume.common.aws.Fault {@code InvalidVolume.NotFound}
     */
    public static Volume require(ReadTransaction tx, AccountId account, VolumeId id) {
        return find(tx, account, id).orElseThrow(id::notFound);
    }

    /** Those that an instance has, in the order of their device names. */
    public static List<Volume> of(ReadTransaction tx, Owned<InstanceId> instance) {
        return Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_INSTANCE, instance)
                .stream()
                .sorted(Comparator.comparing(Volumes::device))
                .toList();
    }

    private static String device(Volume volume) {
        return volume.attachment().orElseThrow().device();
    }

    public static void put(Transaction tx, Volume volume) {
        tx.put(VolumeTables.VOLUMES, volume.key(), volume);
    }

    /**
     * What a terminated instance had: goes with it or becomes free, as was said. Its host is still
     * to let go of what becomes free, which nothing can hinder any more.
     */
    public static void instanceEnded(Transaction tx, Owned<InstanceId> instance, Instant now) {
        for (var volume : of(tx, instance)) {
            var attachment = volume.attachment().orElseThrow();
            put(
                    tx,
                    attachment.deleteOnTermination()
                            ? volume.deleted()
                            : volume.with(
                                    attachment
                                            .after(
                                                    AttachmentState.Event.DETACH_REQUESTED,
                                                    tx.revision(),
                                                    now)
                                            .withForce(tx.revision())));
        }
    }
}
