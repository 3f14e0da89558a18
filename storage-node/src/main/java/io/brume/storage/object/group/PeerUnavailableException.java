package io.brume.storage.object.group;

import java.io.IOException;

/** Another node does not answer, or not in time. */
public final class PeerUnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    public PeerUnavailableException(String message) {
        super(message);
    }

    public PeerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
