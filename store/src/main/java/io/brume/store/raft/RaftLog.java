package io.brume.store.raft;

import io.brume.common.raft.NotLeadingException;
import io.brume.common.raft.OutcomeUnknownException;
import io.brume.common.raft.RaftNode;
import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.NotLeaderException;
import io.brume.store.StoreUnavailableException;
import io.brume.store.commit.ReplicatedLog;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The log of a Raft group, with the store's own failures. */
record RaftLog(RaftNode node) implements ReplicatedLog {
    @Override
    public CompletableFuture<byte[]> append(byte[] entry) {
        return node.append(entry)
                .exceptionally(failure -> {
                    throw failure(failure);
                });
    }

    @Override
    public CompletableFuture<Void> barrier() {
        return node.barrier()
                .exceptionally(failure -> {
                    throw failure(failure);
                });
    }

    private static StoreUnavailableException failure(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return switch (cause) {
            case NotLeadingException e -> new NotLeaderException(e.leader());
            case OutcomeUnknownException e ->
                    new CommitOutcomeUnknownException(String.valueOf(e.getMessage()), e);
            default -> new StoreUnavailableException(String.valueOf(cause.getMessage()), cause);
        };
    }

    @Override
    public boolean leads() {
        return node.leads();
    }

    @Override
    public @Nullable String leader() {
        return node.leader();
    }

    @Override
    public void close() {
        try {
            node.close();
        } catch (IOException e) {
            throw new StoreUnavailableException("the log did not close in order", e);
        }
    }
}
