package io.brume.common.raft;

import org.jspecify.annotations.Nullable;

/** The group cannot answer now; nothing has happened unless the subclass says otherwise. */
public class RaftFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RaftFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
