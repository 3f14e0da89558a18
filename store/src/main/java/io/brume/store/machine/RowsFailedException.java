package io.brume.store.machine;

import org.jspecify.annotations.Nullable;

/** The rows cannot be read or written any more: the component stops, and a restart recovers. */
public final class RowsFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RowsFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
