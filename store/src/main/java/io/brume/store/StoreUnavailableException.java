package io.brume.store;

import org.jspecify.annotations.Nullable;

/** The store cannot answer now; the same call may succeed later. */
public class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
