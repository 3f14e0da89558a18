package io.brume.storage.wire;

import java.io.IOException;

/** What came is no request, or one that no coordinator sends: the connection ends. */
final class MalformedFrameException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedFrameException(String message) {
        super(message);
    }
}
