package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.ReservationId;
import io.brume.control.domain.vpc.VpcId;
import io.brume.store.Index;
import io.brume.store.KeyCodec;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.util.List;

/** Instances: what is stored of them, and in which orders they can be found. */
public final class InstanceTables {
    public static final PairKeyCodec<Owned<InstanceId>, AccountId, InstanceId> INSTANCE_KEYS =
            Keys.owned(InstanceId::new);

    /** Found without knowing the owner: a host names an instance only by its id. */
    public static final Index<Owned<InstanceId>, Instance, InstanceId> INSTANCES_BY_ID =
            new Index<>(1, "id", Keys.id(InstanceId::new), (key, instance) -> List.of(key.id()));

    public static final Index<Owned<InstanceId>, Instance, NodeId> INSTANCES_BY_NODE =
            new Index<>(
                    2,
                    "node",
                    KeyCodec.string().map(NodeId::new, NodeId::value),
                    (key, instance) -> instance.node().stream().toList());

    public static final Index<Owned<InstanceId>, Instance, Owned<VpcId>> INSTANCES_BY_VPC =
            new Index<>(
                    3,
                    "vpc",
                    VpcTables.VPC_KEYS,
                    (key, instance) ->
                            List.of(new Owned<>(key.account(), instance.launch().vpc())));

    /** The instances that were launched together. */
    public static final Index<Owned<InstanceId>, Instance, Owned<ReservationId>>
            INSTANCES_BY_RESERVATION =
                    new Index<>(
                            4,
                            "reservation",
                            Keys.owned(ReservationId::new),
                            (key, instance) ->
                                    List.of(
                                            new Owned<>(
                                                    key.account(),
                                                    instance.launch().reservation())));

    /** The instances that are started with an image's kernel. */
    public static final Index<Owned<InstanceId>, Instance, ImageId> INSTANCES_BY_BOOT_IMAGE =
            new Index<>(
                    6,
                    "boot-image",
                    Keys.id(ImageId::new),
                    (key, instance) ->
                            instance.state() == InstanceState.TERMINATED
                                    ? List.of()
                                    : instance.launch().bootImage().stream().toList());

    public static final Table<Owned<InstanceId>, Instance> INSTANCES =
            Table.of(
                    40,
                    "instances",
                    INSTANCE_KEYS,
                    InstanceCodec.INSTANCE,
                    INSTANCES_BY_ID,
                    INSTANCES_BY_NODE,
                    INSTANCES_BY_VPC,
                    INSTANCES_BY_RESERVATION,
                    INSTANCES_BY_BOOT_IMAGE);

    private InstanceTables() {}
}
