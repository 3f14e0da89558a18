package io.brume.control.reconcile;

import io.brume.control.domain.instance.Instance;
import io.brume.control.store.Transaction;

/** What an instance gives back as it stops, ends and is forgotten. */
public interface InstanceRelease {
    /**
     * Gives back what an instance no longer needs after a change of its state.
     *
     * @return the instance as it is to be stored
     */
    Instance after(Transaction tx, Instance before, Instance after);

    /** Removes a terminated instance and its tags. */
    void unlist(Transaction tx, Instance instance);
}
