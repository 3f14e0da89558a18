package io.brume.control.state;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Volumes on storage nodes, as front doors and the ends of instances change them. */
public final class Volumes {
    private Volumes() {}

    /** All of an account that it sees. */
    public static List<Volume> all(ReadTransaction tx, AccountId account) {
        return Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUME_KEYS.startingWith(account))
                .stream()
                .filter(volume -> !volume.hidden())
                .toList();
    }

    /** One that its account sees. */
    public static Optional<Volume> find(ReadTransaction tx, AccountId account, VolumeId id) {
        return Optional.ofNullable(tx.get(VolumeTables.VOLUMES, new Owned<>(account, id)))
                .filter(volume -> !volume.hidden());
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
     * An instance's volumes follow it to another host, or to none; the host that it was on is
     * fenced off, since it may live.
     */
    public static void moved(Transaction tx, Owned<InstanceId> instance, Optional<NodeId> host) {
        for (var volume : of(tx, instance)) {
            var placement = volume.placement();
            boolean wanted = volume.attachment().orElseThrow().state().isWanted();
            // One that is let go of needs no other host, only to be out of reach of this one.
            if ((wanted || host.isEmpty()) && !placement.writer().equals(host)) {
                put(tx, volume.with(placement.withWriter(host, false)));
            }
        }
    }

    /** Whether no host that an instance was on can have a write acknowledged any more. */
    public static boolean areFenced(ReadTransaction tx, Owned<InstanceId> instance) {
        return of(tx, instance).stream()
                .map(Volume::placement)
                .allMatch(placement -> placement.writer().isEmpty() && placement.fenced());
    }

    /**
     * What a terminated instance had: goes with it or becomes free, as was said; so does what could
     * not be made. Its host is still to let go of what becomes free, which nothing can hinder any
     * more.
     */
    public static void instanceEnded(Transaction tx, Owned<InstanceId> instance, Instant now) {
        for (var volume : of(tx, instance)) {
            var attachment = volume.attachment().orElseThrow();
            put(
                    tx,
                    attachment.deleteOnTermination() || volume.state() == VolumeState.ERROR
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
