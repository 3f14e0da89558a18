package io.brume.store;

import org.jspecify.annotations.Nullable;

/**
 * A commit was proposed and its answer never came: it has happened, or will, or never will. Whole,
 * never in part. The caller's client token or reconciler settles it.
 */
public final class CommitOutcomeUnknownException extends StoreUnavailableException {
    private static final long serialVersionUID = 1;

    public CommitOutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
