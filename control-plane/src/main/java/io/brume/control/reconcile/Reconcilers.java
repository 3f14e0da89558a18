package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.Region;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.tag.TagKey;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.reconcile.NodeCapacity.Overcommit;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.DataKeys;
import io.brume.control.state.InstanceEnd;
import io.brume.control.store.codec.TagTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.Store;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All reconcilers of a leader, started and stopped together. */
public final class Reconcilers implements AutoCloseable {
    private final Store store;
    private final Fleet fleet;
    private final NodeCapacity nodes;
    private final InstanceReconciler instances;
    private final VpcReconciler vpcs;
    private final ImageReconciler images;
    private final ClientTokenExpiry tokens;
    private final OpenSnapshotExpiry openSnapshots;
    private final BlockSightings sightings;
    private final StorageNodes storage;
    private final VolumeReconciler volumes;
    private final SnapshotReconciler snapshots;
    private final ObjectStoreReconciler objects;
    private final List<Watch> watches = new ArrayList<>();

    /**
     * What volumes are kept by.
     *
     * @param sightings the hosts' last words, which this fills
     * @param copies how many replicas a new volume has, where there are nodes for them
     * @param ids of volumes and snapshots that images are imported by
     * @param replaceAfter how long a replica may be away before another one is made in its place
     * @param keys opens the keys of volumes for those who write them
     */
    public record Blocks(
            StorageCapacity capacity,
            BlockSightings sightings,
            int copies,
            Ids ids,
            Duration replaceAfter,
            DataKeys keys) {}

    /**
     * What the object store is kept by.
     *
     * @param sightings the storage nodes' last words, which this fills
     * @param domains under which it is reached, beside the endpoint's own name
     * @param links to images that are in buckets
     */
    public record Objects(ObjectSightings sightings, List<String> domains, ImageLinks links) {}

    /**
     * Reconcilers that do nothing before {@link #start}.
     *
     * @param vcpusPerCpu how many vCPUs are given out for each processor of a host, at least 1
     * @param hostMemoryMib memory that stays with each host
     */
    public Reconcilers(
            Store store,
            Fleet fleet,
            Capacity capacity,
            Blocks blocks,
            Objects objects,
            InstanceEnd end,
            Region region,
            int vcpusPerCpu,
            long hostMemoryMib,
            Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.nodes = new NodeCapacity(capacity, new Overcommit(vcpusPerCpu, hostMemoryMib));
        var reader = new InstanceReader(region.name(), region.privateDomain());
        this.instances =
                new InstanceReconciler(
                        store, fleet, blocks.sightings(), capacity, time, reader, end);
        this.vpcs = new VpcReconciler(store, fleet, time, region.privateDomain());
        this.sightings = blocks.sightings();
        this.images =
                new ImageReconciler(
                        store,
                        fleet,
                        sightings,
                        new ImageImports(blocks.capacity(), blocks.copies(), blocks.ids(), time),
                        objects.links(),
                        time);
        this.storage = new StorageNodes(store, blocks.capacity(), time);
        this.volumes =
                new VolumeReconciler(
                        store,
                        fleet,
                        sightings,
                        new VolumeReader(fleet, sightings, blocks.capacity(), blocks.keys()),
                        blocks.capacity(),
                        blocks.replaceAfter(),
                        time);
        this.snapshots =
                new SnapshotReconciler(
                        store, fleet, sightings, blocks.capacity(), blocks.replaceAfter(), time);
        this.objects =
                new ObjectStoreReconciler(
                        store,
                        fleet,
                        new ObjectStoreReconciler.Parts(
                                objects.sightings(),
                                sightings,
                                region.name(),
                                objects.domains(),
                                blocks.ids()::uuid,
                                blocks.replaceAfter()),
                        time);
        this.tokens = new ClientTokenExpiry(store, time);
        this.openSnapshots = new OpenSnapshotExpiry(store, time);
    }

    /**
     * Publishes everything, then lets hosts in.
     *
     * @param hosts that joined before
     */
    public void start(Set<NodeId> hosts) {
        fleet.listen(this::heard);
        long revision = store.revision();
        images.start(hosts);
        vpcs.start();
        instances.start();
        storage.start();
        volumes.start();
        snapshots.start();
        objects.start();
        tokens.start();
        openSnapshots.start();
        watches.add(store.watch(VpcTables.NETWORK_INTERFACES, revision, this::interfacesChanged));
        watches.add(store.watch(TagTables.TAGS, revision, this::tagsChanged));
        watches.add(store.watch(VolumeTables.VOLUMES, revision, this::volumesChanged));
        fleet.open();
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        openSnapshots.close();
        tokens.close();
        objects.close();
        snapshots.close();
        volumes.close();
        storage.close();
        instances.close();
        vpcs.close();
        images.close();
    }

    private void heard(FleetEvent event) {
        sightings.on(event);
        nodes.on(event);
        instances.on(event);
        images.on(event);
        storage.on(event);
        volumes.on(event);
        snapshots.on(event);
        objects.on(event);
    }

    /** An instance's addresses and groups are part of what its host is told of it. */
    private void interfacesChanged(WatchEvent<Owned<NetworkInterfaceId>, NetworkInterface> event) {
        if (event instanceof WatchEvent.Changed<Owned<NetworkInterfaceId>, NetworkInterface> c) {
            for (var change : c.changes()) {
                var value = change.value();
                var attachment = value == null ? null : value.attachment();
                if (attachment != null) {
                    instances.wake(attachment.instanceId());
                }
            }
        } else {
            instances.wakeAll();
        }
    }

    /** So are the volumes that it has; what images are made of they hear of by themselves. */
    private void volumesChanged(WatchEvent<Owned<VolumeId>, Volume> event) {
        if (event instanceof WatchEvent.Changed<Owned<VolumeId>, Volume> changed) {
            for (var change : changed.changes()) {
                var volume = change.value();
                if (volume != null) {
                    volume.attachment().ifPresent(one -> instances.wake(one.instance()));
                }
            }
        } else {
            instances.wakeAll();
        }
    }

    /** So are its tags. */
    private void tagsChanged(WatchEvent<TagKey, String> event) {
        if (event instanceof WatchEvent.Changed<TagKey, String> changed) {
            for (var change : changed.changes()) {
                var id = change.key().resourceId();
                if (ResourceId.wellFormed(InstanceId.PREFIX, id)) {
                    instances.wake(new InstanceId(id));
                }
            }
        } else {
            instances.wakeAll();
        }
    }
}
