package io.brume.common.raft;

import org.jspecify.annotations.Nullable;

/** The entry may have been applied, or may yet be. */
public final class OutcomeUnknownException extends RaftFailedException {
    private static final long serialVersionUID = 1;

    public OutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
