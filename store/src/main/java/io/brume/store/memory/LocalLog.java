package io.brume.store.memory;

import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.commit.Replica;
import io.brume.store.commit.ReplicatedLog;
import io.brume.store.machine.Position;
import java.util.concurrent.CompletableFuture;

/** A log of one member that keeps nothing: an entry is applied as it is appended. */
final class LocalLog implements ReplicatedLog {
    private final Replica replica;

    LocalLog(Replica replica) {
        this.replica = replica;
    }

    @Override
    public synchronized CompletableFuture<byte[]> append(byte[] entry) {
        Position next = new Position(1, replica.head().position().index() + 1);
        try {
            return CompletableFuture.completedFuture(replica.apply(next, entry));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(
                    new CommitOutcomeUnknownException("the entry could not be applied", e));
        }
    }

    @Override
    public CompletableFuture<Void> barrier() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean leads() {
        return true;
    }

    @Override
    public String leader() {
        return "local";
    }

    @Override
    public void close() {}
}
