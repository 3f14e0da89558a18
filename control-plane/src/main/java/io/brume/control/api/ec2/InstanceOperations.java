package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.state.Rows;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.codec.InstanceTables;

/**
 * The classes behind the operations on instances, put together.
 *
 * @param launches RunInstances
 * @param power start, stop, reboot, terminate
 * @param listing DescribeInstances and their status
 * @param attributes one attribute at a time
 */
record InstanceOperations(
        Launches launches,
        InstancePower power,
        Instances listing,
        InstanceAttributes attributes,
        Consoles consoles,
        InstanceTypeCatalogue types,
        VolumeListing volumes) {
    static InstanceOperations of(Ec2Parts parts) {
        var store = parts.store();
        var region = parts.region();
        var views = new InstanceViews(region);
        return new InstanceOperations(
                new Launches(
                        store,
                        parts.capacity(),
                        parts.interfaces(),
                        views,
                        new Ids(parts.random()),
                        parts.random()),
                new InstancePower(store, parts.capacity(), parts.interfaces(), parts.random()),
                new Instances(store, views, parts.pager()),
                new InstanceAttributes(store, parts.interfaces()),
                new Consoles(store, parts.fleet()),
                new InstanceTypeCatalogue(parts.pager(), region),
                new VolumeListing(store, parts.pager()));
    }

    /** Whether an account has an instance of this id. */
    static boolean exists(ReadTransaction tx, AccountId account, ResourceId id) {
        return switch (id) {
            case InstanceId instance ->
                    tx.get(InstanceTables.INSTANCES, new Owned<>(account, instance)) != null;
            default -> false;
        };
    }
}
