package io.brume.control.api.ec2;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.ReadTransaction;

/** What the other nouns ask about instances. */
final class InstanceResources {
    private InstanceResources() {}

    /** Whether an account has an instance of this id. */
    static boolean exists(ReadTransaction tx, AccountId account, ResourceId id) {
        return switch (id) {
            case InstanceId instance ->
                    tx.get(InstanceTables.INSTANCES, new Owned<>(account, instance)) != null;
            default -> false;
        };
    }
}
