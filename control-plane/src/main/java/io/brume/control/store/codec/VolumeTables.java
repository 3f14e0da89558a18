package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.store.Index;
import io.brume.store.KeyCodec;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.util.List;
import java.util.stream.Stream;

/** Volumes and the storage nodes that hold them: what is stored, and how it can be found. */
public final class VolumeTables {
    public static final PairKeyCodec<Owned<VolumeId>, AccountId, VolumeId> VOLUME_KEYS =
            Keys.owned(VolumeId::new);
    private static final KeyCodec<NodeId> NODE = KeyCodec.string().map(NodeId::new, NodeId::value);

    /** Found without knowing the owner: a host names a volume only by its id. */
    public static final Index<Owned<VolumeId>, Volume, VolumeId> VOLUMES_BY_ID =
            new Index<>(1, "id", Keys.id(VolumeId::new), (key, volume) -> List.of(key.id()));

    /** The volumes that an instance has. */
    public static final Index<Owned<VolumeId>, Volume, Owned<InstanceId>> VOLUMES_BY_INSTANCE =
            new Index<>(
                    2,
                    "instance",
                    InstanceTables.INSTANCE_KEYS,
                    (key, volume) ->
                            volume.attachment().stream()
                                    .map(one -> new Owned<>(key.account(), one.instance()))
                                    .toList());

    /** The volumes that a host serves, or is to serve, or has a replica of. */
    public static final Index<Owned<VolumeId>, Volume, NodeId> VOLUMES_BY_NODE =
            new Index<>(
                    3,
                    "node",
                    NODE,
                    (key, volume) ->
                            Stream.of(
                                            volume.placement().writer().stream(),
                                            volume.serving().map(Serving::node).stream(),
                                            volume.placement().replicas().stream()
                                                    .map(Replica::node))
                                    .flatMap(nodes -> nodes)
                                    .distinct()
                                    .toList());

    /** The volumes whose replicas began as a snapshot. */
    public static final Index<Owned<VolumeId>, Volume, SnapshotId> VOLUMES_BY_SNAPSHOT =
            new Index<>(
                    4,
                    "snapshot",
                    Keys.id(SnapshotId::new),
                    (key, volume) -> volume.base().stream().toList());

    /** The volumes that are being filled from a volume. */
    public static final Index<Owned<VolumeId>, Volume, VolumeId> VOLUMES_BY_SOURCE =
            new Index<>(
                    5,
                    "source",
                    Keys.id(VolumeId::new),
                    (key, volume) -> volume.filledFrom().stream().toList());

    /** The volumes that an image is imported into. */
    public static final Index<Owned<VolumeId>, Volume, ImageId> VOLUMES_BY_IMAGE =
            new Index<>(
                    6,
                    "image",
                    Keys.id(ImageId::new),
                    (key, volume) -> volume.importedImage().stream().toList());

    public static final Table<Owned<VolumeId>, Volume> VOLUMES =
            Table.of(
                    70,
                    "volumes",
                    VOLUME_KEYS,
                    VolumeCodecs.VOLUME,
                    VOLUMES_BY_ID,
                    VOLUMES_BY_INSTANCE,
                    VOLUMES_BY_NODE,
                    VOLUMES_BY_SNAPSHOT,
                    VOLUMES_BY_IMAGE,
                    VOLUMES_BY_SOURCE);

    /** Storage nodes as they last introduced themselves. */
    public static final Table<NodeId, StorageNode> STORAGE_NODES =
            Table.of(72, "storage-nodes", NODE, VolumeCodecs.STORAGE_NODE);

    private VolumeTables() {}
}
