package io.brume.store.commit;

import io.brume.store.machine.Outcome;
import java.util.concurrent.CompletableFuture;

/** A commit, encoded, and the one who waits for its outcome. */
final class PendingCommit {
    private final byte[] commit;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    PendingCommit(byte[] commit) {
        this.commit = commit;
    }

    byte[] commit() {
        return commit;
    }

    CompletableFuture<Outcome> outcome() {
        return outcome;
    }
}
