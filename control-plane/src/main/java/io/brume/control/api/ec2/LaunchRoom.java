package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.Demand;
import io.brume.control.scheduler.ReplicaDemand;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The room that a launch holds on hosts and on storage nodes from before it is committed; given
 * back when it is closed without having been kept. Used by one thread.
 */
final class LaunchRoom implements AutoCloseable {
    private final Capacity hosts;
    private final Ec2Parts.VolumeParts storage;
    private final List<Place> places = new ArrayList<>();
    private boolean kept;

    /** Where one instance goes, in the order of the launch. */
    record Place(InstanceId instance, NodeId node, List<HeldVolume> volumes) {
        Place {
            volumes = List.copyOf(volumes);
        }
    }

    /** Where one volume of it goes. */
    record HeldVolume(VolumeId id, List<NodeId> nodes) {
        HeldVolume {
            nodes = List.copyOf(nodes);
        }
    }

    private LaunchRoom(Capacity hosts, Ec2Parts.VolumeParts storage) {
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
            Ec2Parts.VolumeParts storage,
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
            chosen.forEach((instance, node) -> {
                var held = new ArrayList<HeldVolume>();
                // Known before its volumes are, so that all is given back whatever happens.
                room.places.add(new Place(instance, node, List.of()));
                for (var wanted : volumes) {
                    held.add(room.hold(VolumeId.create(ids), demand.zone(), wanted));
                    room.places.set(room.places.size() - 1, new Place(instance, node, held));
                }
            });
            done = true;
            return room;
        } finally {
            if (!done) {
                chosen.keySet().forEach(hosts::release);
                room.close();
            }
        }
    }

    private HeldVolume hold(VolumeId id, String zone, LaunchVolumes.Wanted wanted) {
        var preferred = new HashSet<>(wanted.snapshot().map(Snapshot::nodes).orElse(List.of()));
        var nodes =
                storage.capacity()
                        .hold(
                                id,
                                new ReplicaDemand(
                                        zone,
                                        storage.copies(),
                                        wanted.configuration().sizeBytes(),
                                        Set.of(),
                                        preferred));
        if (nodes.isEmpty()) {
            storage.capacity().release(id);
            throw Fault.of(
                    Fault.Category.CAPACITY,
                    "InsufficientVolumeCapacity",
                    "There is not enough capacity to create the volumes of the instances: no storage node of zone '%s' is connected and has room."
                            .formatted(zone));
        }
        return new HeldVolume(id, nodes);
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
        for (var place : places) {
            hosts.release(place.instance());
            place.volumes().forEach(volume -> storage.capacity().release(volume.id()));
        }
    }
}
