package io.brume.control.store.commit;

import io.brume.control.store.machine.Outcome;
import java.util.concurrent.CompletableFuture;

/** A commit, encoded, and the one who waits for its outcome. */
record PendingCommit(byte[] commit, CompletableFuture<Outcome> outcome) {
    PendingCommit(byte[] commit) {
        this(commit, new CompletableFuture<>());
    }
}
