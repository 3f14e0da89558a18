package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.Demand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The room that a launch holds on hosts and on storage nodes from before it is committed; given
 * back when it is closed without having been kept. Used by one thread.
 */
final class LaunchRoom implements AutoCloseable {
    private static final long GIB = 1L << 30;

    private final Capacity hosts;
    private final StorageRoom storage;
    private final List<StorageRoom.Held> held = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private boolean kept;

    /** Where one instance goes, in the order of the launch. */
    record Place(InstanceId instance, NodeId node, List<HeldVolume> volumes) {
        Place {
            volumes = List.copyOf(volumes);
        }
    }

    /**
     * Where one volume of it goes.
     *
     * @param source and the one that it is filled from, when its content comes under another key
     */
    record HeldVolume(StorageRoom.Held volume, Optional<StorageRoom.Held> source) {}

    private LaunchRoom(Capacity hosts, StorageRoom storage) {
        this.hosts = requireNonNull(hosts);
        this.storage = requireNonNull(storage);
    }

    /**
     * Holds room for as many instances as there is room for.
     *
     * @param least how many there must be room for
     * @throws Capacity.NoRoomException when hosts have too little
     * @throws Fault {@code InsufficientVolumeCapacity} when storage nodes have too little
     */
    static LaunchRoom hold(
            Capacity hosts,
            StorageRoom storage,
            Ids ids,
            Demand demand,
            List<LaunchVolumes.Wanted> volumes,
            int least,
            int most)
            throws Capacity.NoRoomException {
        Map<InstanceId, Demand> demands = new LinkedHashMap<>();
        for (int i = 0; i < most; i++) {
            demands.put(InstanceId.create(ids), demand);
        }
        var room = new LaunchRoom(hosts, storage);
        var chosen = hosts.hold(demands, least);
        boolean done = false;
        try {
            chosen.forEach((instance, node) ->
                    room.places.add(
                            new Place(
                                    instance,
                                    node,
                                    volumes.stream()
                                            .map(wanted -> room.hold(demand.zone(), wanted))
                                            .toList())));
            done = true;
            return room;
        } finally {
            if (!done) {
                chosen.keySet().forEach(hosts::release);
                room.close();
            }
        }
    }

    private HeldVolume hold(String zone, LaunchVolumes.Wanted wanted) {
        var size = wanted.configuration().sizeBytes();
        var nodes = wanted.snapshot().map(Snapshot::nodes).orElse(List.of());
        if (!wanted.encryptsAnew()) {
            return new HeldVolume(storage(zone, size, nodes), Optional.empty());
        }
        var source = storage(zone, wanted.snapshot().orElseThrow().sizeGib() * GIB, nodes);
        return new HeldVolume(storage(zone, size, List.of()), Optional.of(source));
    }

    /** Noted at once, so that all is given back whatever happens. */
    private StorageRoom.Held storage(String zone, long sizeBytes, List<NodeId> preferred) {
        var room = storage.hold(zone, sizeBytes, preferred);
        held.add(room);
        return room;
    }

    List<Place> places() {
        return List.copyOf(places);
    }

    /** It is in use now. */
    void keep() {
        kept = true;
    }

    @Override
    public void close() {
        if (kept) {
            return;
        }
        places.forEach(place -> hosts.release(place.instance()));
        held.forEach(storage::release);
    }
}
