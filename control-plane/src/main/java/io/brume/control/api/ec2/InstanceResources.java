package io.brume.control.api.ec2;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.state.Rows;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.codec.InstanceTables;

/** What the other nouns ask about instances and their disks. */
final class InstanceResources {
    private InstanceResources() {}

    /** Whether an account has an instance, or a disk of one, of this id. */
    static boolean exists(ReadTransaction tx, AccountId account, ResourceId id) {
        return switch (id) {
            case InstanceId instance ->
                    tx.get(InstanceTables.INSTANCES, new Owned<>(account, instance)) != null;
            case VolumeId volume ->
                    Rows.of(
                                    tx,
                                    InstanceTables.INSTANCES,
                                    InstanceTables.INSTANCE_KEYS.startingWith(account))
                            .stream()
                            .flatMap(instance -> instance.disks().stream())
                            .anyMatch(disk -> disk.volume().equals(volume));
            default -> false;
        };
    }
}
