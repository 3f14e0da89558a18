package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.Transaction;
import java.util.List;

/** What an instance gives back as it stops, ends and is forgotten. */
public final class InstanceEnd {
    private final NetworkInterfaces interfaces;

    public InstanceEnd(NetworkInterfaces interfaces) {
        this.interfaces = requireNonNull(interfaces);
    }

    /**
     * Gives back what an instance no longer needs after a change of its state: a stopped one its
     * public addresses, a terminated one everything.
     *
     * @return the instance as it is to be stored
     */
    public Instance after(Transaction tx, Instance before, Instance after) {
        if (before.state() == after.state()) {
            return after;
        }
        return switch (after.state()) {
            case STOPPED -> {
                NetworkInterfaces.of(tx, after.key())
                        .forEach(one -> interfaces.takePublicAddress(tx, one));
                yield after;
            }
            case TERMINATED -> terminated(tx, after);
            case PENDING, RUNNING, STOPPING, SHUTTING_DOWN -> after;
        };
    }

    /** Removes a terminated instance and its tags. */
    public void unlist(Transaction tx, Instance instance) {
        var now = tx.get(InstanceTables.INSTANCES, instance.key());
        if (now != null && now.state() == InstanceState.TERMINATED) {
            tx.delete(InstanceTables.INSTANCES, instance.key());
            Tags.clear(tx, instance.account(), instance.id());
        }
    }

    /** Removes every instance of an account; its interfaces and tags go with the account's. */
    public void clear(Transaction tx, AccountId account) {
        Rows.clear(
                tx, InstanceTables.INSTANCES, InstanceTables.INSTANCE_KEYS.startingWith(account));
    }

    private Instance terminated(Transaction tx, Instance instance) {
        NetworkInterfaces.of(tx, instance.key()).forEach(one -> interfaces.release(tx, one));
        Volumes.instanceEnded(
                tx, instance.key(), instance.terminatedAt().orElse(instance.startedAt()));
        return instance.edit().interfaces(List.of()).done();
    }
}
