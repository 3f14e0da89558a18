package io.brume.node.host;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;

/**
 * A started daemon.
 *
 * @param process which process
 * @param exitCode completed when it ends, as long as the agent lives; 128 + n = ended by signal n
 */
public record Daemon(ProcessIdentity process, CompletableFuture<Integer> exitCode) {
    public Daemon {
        requireNonNull(process);
        requireNonNull(exitCode);
    }
}
