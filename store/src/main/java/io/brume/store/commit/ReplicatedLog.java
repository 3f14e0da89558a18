package io.brume.store.commit;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A log that every member applies in one order. Thread-safe.
 *
 * <p>Futures fail with {@link io.brume.store.StoreUnavailableException} or a subclass: with {@link
 * io.brume.store.CommitOutcomeUnknownException} alone if the entry may have been, or may yet be,
 * applied.
 */
public interface ReplicatedLog extends AutoCloseable {
    /** Appends an entry; the future has the machine's answer once it is durable and applied. */
    CompletableFuture<byte[]> append(byte[] entry);

    /**
     * Completes when everything that was acknowledged anywhere before the call is applied here: a
     * view that is taken afterwards is linearizable.
     */
    CompletableFuture<Void> barrier();

    /** Whether this member leads and can commit. */
    boolean leads();

    /** The name of the member that leads, if it is known. */
    @Nullable String leader();

    @Override
    void close();
}
