package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.BlockStatus;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One replica, and who may use it. Changes are made under {@link #lock}, so that none is under way
 * once an epoch was raised or another connection has opened the replica: what is buffered of an
 * older connection comes too late, and is refused. Thread-safe.
 */
final class Grant {
    private final Replica replica;
    private final ReentrantLock changes = new ReentrantLock();
    private final Set<BlockConnection> openings = ConcurrentHashMap.newKeySet();
    private String writer = "";
    private @Nullable BlockConnection last;
    private volatile boolean withdrawn;

    Grant(Replica replica) {
        this.replica = requireNonNull(replica);
    }

    Replica replica() {
        return replica;
    }

    /** From now on that node alone may open it, with that epoch. */
    void give(long epoch, String writerNodeId) throws ReplicaException {
        changes.lock();
        try {
            if (replica.epoch() > epoch) {
                throw new ReplicaException(
                        BlockStatus.STALE_EPOCH,
                        "epoch " + replica.epoch() + " is known, " + epoch + " was told");
            }
            if (replica.epoch() < epoch) {
                replica.unshare();
                replica.raise(epoch);
            }
            writer = writerNodeId;
        } finally {
            changes.unlock();
        }
    }

    /**
     * The connection becomes the one that changes come from, when those of others are made.
     *
     * @param peer the node at its other end; empty where only this host's agent can be
     * @return what the replica is like at that moment
     * @throws ReplicaException when it may not
     */
    Opening open(BlockConnection connection, Optional<String> peer, long epoch)
            throws ReplicaException {
        changes.lock();
        try {
            if (withdrawn || epoch > replica.epoch()) {
                throw new ReplicaException(
                        BlockStatus.NOT_HERE, "epoch " + epoch + " was not told yet");
            }
            if (epoch < replica.epoch()) {
                throw new ReplicaException(
                        BlockStatus.STALE_EPOCH, "epoch " + replica.epoch() + " is known");
            }
            if (writer.isEmpty() || peer.filter(node -> !node.equals(writer)).isPresent()) {
                throw new ReplicaException(
                        BlockStatus.STALE_EPOCH,
                        "the writer is " + (writer.isEmpty() ? "nobody" : writer));
            }
            replica.awaitChanges();
            last = connection;
            openings.add(connection);
            replica.unshare();
            // Who is on another host has no use for what is here.
            boolean here = peer.isEmpty();
            return new Opening(
                    replica.sizeBytes(),
                    replica.lastSequence(),
                    replica.isSuspect(),
                    List.copyOf(replica.cuts()),
                    here ? replica.share(epoch) : Optional.empty());
        } finally {
            changes.unlock();
        }
    }

    /** What a replica is like when it is opened. */
    record Opening(
            long sizeBytes,
            long lastSequence,
            boolean suspect,
            List<String> cuts,
            Optional<Replica.DirectAccess> direct) {}

    /** Whether requests of an epoch are served. */
    BlockStatus standing(long epoch) {
        if (withdrawn) {
            return BlockStatus.NOT_HERE;
        }
        return replica.epoch() == epoch ? BlockStatus.OK : BlockStatus.STALE_EPOCH;
    }

    /** Whether changes of a connection are made; under {@link #lock}. */
    BlockStatus standing(BlockConnection connection, long epoch) {
        return connection == last ? standing(epoch) : BlockStatus.STALE_EPOCH;
    }

    void lock() {
        changes.lock();
    }

    void unlock() {
        changes.unlock();
    }

    void left(BlockConnection connection) {
        openings.remove(connection);
        changes.lock();
        try {
            if (connection == last) {
                replica.unshare();
            }
        } finally {
            changes.unlock();
        }
    }

    /** Ends every connection, and returns when none uses the replica any more, or it takes long. */
    void withdraw() {
        changes.lock();
        try {
            withdrawn = true;
            replica.unshare();
        } finally {
            changes.unlock();
        }
        List<BlockConnection> users = List.copyOf(openings);
        users.forEach(each -> each.end("the replica is removed"));
        users.forEach(BlockConnection::awaitEnd);
    }
}
