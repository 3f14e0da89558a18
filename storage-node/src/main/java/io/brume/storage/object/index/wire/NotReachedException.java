package io.brume.storage.object.index.wire;

import io.brume.store.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/** A member could not be told what to do; nothing has happened. */
public final class NotReachedException extends StoreUnavailableException {
    private static final long serialVersionUID = 1;

    public NotReachedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
