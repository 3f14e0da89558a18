package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.fleet.Fleet;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.VpcSpec;
import io.brume.store.Entry;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Table;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells the hosts of a VPC's instances what the VPC looks like. A change of anything in an
 * account's networks renders that account's VPCs again; hosts hear only of what came out different.
 */
final class VpcReconciler implements AutoCloseable {
    private static final int ALL = Integer.MAX_VALUE;

    private final Store store;
    private final Fleet fleet;
    private final String domainName;
    private final KeyedLoop<Owned<VpcId>> loop;
    private final List<Watch> watches = new ArrayList<>();

    /** The VPCs that have, or lately had, a place on some host. */
    private final Set<Owned<VpcId>> placed =
            new ConcurrentSkipListSet<>((a, b) -> {
                int byAccount = a.account().compareTo(b.account());
                return byAccount != 0 ? byAccount : a.id().value().compareTo(b.id().value());
            });

    /** What this leader last told; touched by the loop's thread alone. */
    private final Map<Owned<VpcId>, Map<NodeId, VpcSpec>> told = new HashMap<>();

    VpcReconciler(Store store, Fleet fleet, Time time, String domainName) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.domainName = requireNonNull(domainName);
        this.loop =
                new KeyedLoop<>(
                        "vpcs",
                        time,
                        vpc -> {
                            store.view(tx -> publish(tx, vpc));
                            return null;
                        });
    }

    /** Publishes every VPC before it returns; then keeps up. */
    void start() {
        long revision =
                store.view(tx -> {
                    tx.scan(VpcTables.VPCS, KeyRange.all(), ALL)
                            .forEach(entry -> publish(tx, entry.key()));
                    return tx.revision();
                });
        watch(InstanceTables.INSTANCES, revision);
        watch(VpcTables.VPCS, revision);
        watch(VpcTables.SUBNETS, revision);
        watch(VpcTables.NETWORK_INTERFACES, revision);
        watch(VpcTables.SECURITY_GROUPS, revision);
        watch(VpcTables.SECURITY_GROUP_RULES, revision);
        loop.start();
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        loop.close();
    }

    private <I extends ResourceId, V> void watch(Table<Owned<I>, V> table, long revision) {
        watches.add(
                store.watch(
                        table,
                        revision,
                        event -> {
                            switch (event) {
                                case WatchEvent.Changed<Owned<I>, V> changed ->
                                        changed.changes()
                                                .forEach(change ->
                                                        changed(
                                                                change.key().account(),
                                                                change.value()));
                                case WatchEvent.Resync<Owned<I>, V> _ ->
                                        store.view(tx ->
                                                        tx.scan(
                                                                VpcTables.VPCS,
                                                                KeyRange.all(),
                                                                ALL))
                                                .forEach(entry -> loop.wake(entry.key()));
                            }
                        }));
    }

    private void changed(AccountId account, @Nullable Object value) {
        if (value instanceof NetworkInterface networkInterface) {
            placed.add(networkInterface.vpc());
        }
        placed.stream().filter(vpc -> vpc.account().equals(account)).forEach(loop::wake);
    }

    private Set<NodeId> publish(ReadTransaction tx, Owned<VpcId> key) {
        var contents = contents(tx, key);
        var nodes = new TreeSet<NodeId>();
        var before = told.getOrDefault(key, Map.of());
        var now = new HashMap<NodeId, VpcSpec>();
        if (contents != null && !contents.places().isEmpty()) {
            var spec = VpcSpecs.render(contents, domainName);
            for (var place : contents.places().values()) {
                nodes.add(place.node());
            }
            for (var node : nodes) {
                now.put(node, spec);
                if (!spec.equals(before.get(node))) {
                    fleet.desire(
                            node,
                            Desired.newBuilder().setGeneration(tx.revision()).setVpc(spec).build());
                }
            }
        }
        for (var node : before.keySet()) {
            if (!now.containsKey(node)) {
                fleet.release(node, key.id().value());
            }
        }
        if (now.isEmpty()) {
            told.remove(key);
        } else {
            placed.add(key);
            told.put(key, now);
        }
        return nodes;
    }

    private static VpcSpecs.@Nullable Contents contents(ReadTransaction tx, Owned<VpcId> key) {
        var vpc = tx.get(VpcTables.VPCS, key);
        if (vpc == null) {
            return null;
        }
        var groups =
                values(
                        tx.lookup(
                                VpcTables.SECURITY_GROUPS,
                                VpcTables.SECURITY_GROUPS_BY_VPC,
                                key,
                                ALL));
        return new VpcSpecs.Contents(
                vpc,
                values(tx.lookup(VpcTables.SUBNETS, VpcTables.SUBNETS_BY_VPC, key, ALL)),
                values(
                        tx.lookup(
                                VpcTables.NETWORK_INTERFACES,
                                VpcTables.INTERFACES_BY_VPC,
                                key,
                                ALL)),
                groups,
                groups.stream().flatMap(group -> rules(tx, group).stream()).toList(),
                places(tx, key));
    }

    private static List<SecurityGroupRule> rules(ReadTransaction tx, SecurityGroup group) {
        return values(
                tx.lookup(
                        VpcTables.SECURITY_GROUP_RULES,
                        VpcTables.RULES_BY_GROUP,
                        group.key(),
                        ALL));
    }

    private static Map<InstanceId, VpcSpecs.Place> places(ReadTransaction tx, Owned<VpcId> key) {
        var places = new HashMap<InstanceId, VpcSpecs.Place>();
        for (Entry<Owned<InstanceId>, Instance> entry :
                tx.lookup(InstanceTables.INSTANCES, InstanceTables.INSTANCES_BY_VPC, key, ALL)) {
            var instance = entry.value();
            if (InstancePlanner.power(instance).isPresent()) {
                instance.node()
                        .ifPresent(node ->
                                places.put(
                                        instance.id(),
                                        new VpcSpecs.Place(node, InstanceReader.type(instance))));
            }
        }
        return places;
    }

    private static <K, V> List<V> values(List<Entry<K, V>> entries) {
        return entries.stream().map(Entry::value).toList();
    }
}
