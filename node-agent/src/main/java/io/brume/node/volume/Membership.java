package io.brume.node.volume;

import io.brume.node.volume.VolumeStatus.Phase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which replicas a volume has, and in which role, as the control plane's newest word says: takes
 * those up that are new, lets go of those that are not wanted any more, and lets a replica into the
 * set only with everything that the others have. On the loop.
 */
final class Membership {
    /** The volume whose replicas these are. */
    interface Owner {
        Phase phase();

        /** Whether this coordinator has served before. */
        boolean hasServed();

        /** A slot for a replica that is new. */
        ReplicaSlot slotFor(ReplicaWant replica);

        /** The set is another one than the one that is being opened. */
        void setChanged();
    }

    private final ReplicaSet replicas;
    private final ChangeStream changes;
    private final Repairs repairs;
    private final Owner owner;

    Membership(ReplicaSet replicas, ChangeStream changes, Repairs repairs, Owner owner) {
        this.replicas = replicas;
        this.changes = changes;
        this.repairs = repairs;
        this.owner = owner;
    }

    /** Makes the replicas as wanted. */
    void apply(List<ReplicaWant> wanted) {
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            ReplicaWant role = find(wanted, slot.want.nodeId());
            if (role == null) {
                drop(slot);
            } else {
                change(slot, role);
            }
        }
        for (ReplicaWant replica : wanted) {
            if (replicas.find(replica.nodeId()) == null) {
                welcome(owner.slotFor(replica));
            }
        }
    }

    private static @Nullable ReplicaWant find(List<ReplicaWant> in, String nodeId) {
        for (ReplicaWant replica : in) {
            if (replica.nodeId().equals(nodeId)) {
                return replica;
            }
        }
        return null;
    }

    private void drop(ReplicaSlot slot) {
        repairs.stop(slot);
        slot.inSync = false;
        slot.inStep = false;
        slot.close();
        changes.forget(slot);
        replicas.remove(slot);
        owner.setChanged();
    }

    private void change(ReplicaSlot slot, ReplicaWant wanted) {
        slot.want = wanted;
        if (slot.inSync && !wanted.inSync()) {
            drop(slot);
            welcome(owner.slotFor(wanted));
        } else if (!slot.inSync && wanted.inSync()) {
            boolean ready = repairs.conclude(slot);
            slot.inSync = true;
            slot.inStep = false;
            if (owner.phase() == Phase.OPENING && !owner.hasServed()) {
                welcome(slot);
            } else if (!ready) {
                notInStep(slot);
            }
        }
    }

    private void welcome(ReplicaSlot slot) {
        switch (owner.phase()) {
            case SERVING -> {
                if (slot.inSync) {
                    notInStep(slot);
                } else {
                    slot.connect();
                }
            }
            case OPENING -> {
                if (slot.inSync) {
                    owner.setChanged();
                    slot.connect();
                }
            }
            case FAILED -> slot.close();
        }
    }

    /** It is in the set, and has not what the others have: the control plane has to take it out. */
    private static void notInStep(ReplicaSlot slot) {
        slot.neverInStep = true;
        slot.forgot("is not in step");
    }
}
