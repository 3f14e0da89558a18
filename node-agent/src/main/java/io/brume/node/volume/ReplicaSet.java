package io.brume.node.volume;

import io.brume.node.volume.ReplicaSlot.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replicas of a volume, and what follows from how they are. On the loop. */
final class ReplicaSet {
    private final ArrayList<ReplicaSlot> slots = new ArrayList<>();
    private int latest;

    List<ReplicaSlot> all() {
        return slots;
    }

    int size() {
        return slots.size();
    }

    ReplicaSlot get(int at) {
        return slots.get(at);
    }

    void add(ReplicaSlot slot) {
        slots.add(slot);
    }

    void remove(ReplicaSlot slot) {
        slots.remove(slot);
    }

    @Nullable ReplicaSlot find(String nodeId) {
        for (ReplicaSlot slot : slots) {
            if (slot.want.nodeId().equals(nodeId)) {
                return slot;
            }
        }
        return null;
    }

    /** The place of a new slot in the masks. */
    int freeIndex() {
        int used = 0;
        for (ReplicaSlot slot : slots) {
            used |= slot.bit;
        }
        return Integer.numberOfTrailingZeros(~used);
    }

    /** The bits of those whose answers a change waits for. */
    int needed() {
        int mask = 0;
        for (int at = 0; at < slots.size(); at++) {
            ReplicaSlot slot = slots.get(at);
            if (slot.inSync || slot.inStep) {
                mask |= slot.bit;
            }
        }
        return mask;
    }

    boolean allInSync(State state) {
        for (ReplicaSlot slot : slots) {
            if (slot.inSync && slot.state() != state) {
                return false;
            }
        }
        return true;
    }

    private int inSyncCount() {
        int count = 0;
        for (int at = 0; at < slots.size(); at++) {
            if (slots.get(at).inSync) {
                count++;
            }
        }
        return count;
    }

    /**
     * Whether every in-sync replica has served this coordinator lately, so that no newer one can
     * have made a change yet. The only replica answers for itself.
     */
    boolean leaseHolds(long nowNanos, long leaseNanos) {
        return inSyncCount() == 1 || haveAllAnswered(nowNanos, leaseNanos);
    }

    /** The same for what none was asked for. */
    boolean haveAllAnswered(long nowNanos, long leaseNanos) {
        for (int at = 0; at < slots.size(); at++) {
            ReplicaSlot slot = slots.get(at);
            if (slot.inSync && nowNanos - leaseNanos > slot.confirmedNanos()) {
                return false;
            }
        }
        return true;
    }

    /**
     * An in-sync replica that can be read: one of this host, else the least busy. Among those that
     * are alike the one that was read last, which has the most in its memory.
     */
    @Nullable ReplicaSlot reader(int excluded) {
        ReplicaSlot best = null;
        boolean bestLocal = false;
        int count = slots.size();
        int first = latest;
        for (int i = 0; i < count; i++) {
            int at = first + i < count ? first + i : (first + i) % count;
            ReplicaSlot slot = slots.get(at);
            if (!slot.inSync || !slot.isLive() || slot.settling || (slot.bit & excluded) != 0) {
                continue;
            }
            boolean local = slot.isLocal();
            if (best == null
                    || (local && !bestLocal)
                    || (local == bestLocal && slot.underWay() < best.underWay())) {
                best = slot;
                bestLocal = local;
                latest = at;
            }
        }
        return best;
    }

    /**
     * In-sync replicas to be rid of. None while none of the others is well: with all of them gone
     * nobody can tell which will come back.
     */
    List<String> failed(long nowNanos) {
        var failed = new ArrayList<String>();
        boolean well = false;
        for (ReplicaSlot slot : slots) {
            if (slot.inSync) {
                if (slot.hasFailed(nowNanos)) {
                    failed.add(slot.want.nodeId());
                } else {
                    well |= slot.isWell();
                }
            }
        }
        if (!well) {
            failed.removeIf(node -> !neverInStep(node));
        }
        return failed;
    }

    private boolean neverInStep(String nodeId) {
        ReplicaSlot slot = find(nodeId);
        return slot != null && slot.neverInStep;
    }
}
