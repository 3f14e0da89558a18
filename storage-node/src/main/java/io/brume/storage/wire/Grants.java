package io.brume.storage.wire;

import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who may open which replica, as the control plane has told. Thread-safe. */
public final class Grants {
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();

    /**
     * One node may open a replica with an epoch, and nobody with another. When this returns the
     * epoch is durable, and no change of an older one is under way or will be made.
     *
     * @param writerNodeId empty = nobody
     * @throws ReplicaException with STALE_EPOCH when a higher epoch is known, or what the disk says
     */
    public void grant(Replica replica, long epoch, String writerNodeId) throws ReplicaException {
        Grant known = grants.get(replica.volumeId());
        if (known != null && !known.replica().equals(replica)) {
            withdraw(replica.volumeId());
            known = null;
        }
        if (known == null) {
            known = new Grant(replica);
        }
        known.give(epoch, writerNodeId);
        grants.put(replica.volumeId(), known);
    }

    /** Nobody may use a replica any more; when this returns, nobody does. */
    public void withdraw(String volumeId) {
        Grant known = grants.remove(volumeId);
        if (known != null) {
            known.withdraw();
        }
    }

    Optional<Grant> find(String volumeId) {
        return Optional.ofNullable(grants.get(volumeId));
    }
}
