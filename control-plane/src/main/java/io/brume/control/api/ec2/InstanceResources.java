package io.brume.control.api.ec2;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.ResourceId;
import io.brume.control.store.ReadTransaction;

/** What the other nouns ask about instances and their volumes. */
@FunctionalInterface
interface InstanceResources {
    /** Whether an account has this instance or volume. */
    boolean exists(ReadTransaction tx, AccountId account, ResourceId id);
}
