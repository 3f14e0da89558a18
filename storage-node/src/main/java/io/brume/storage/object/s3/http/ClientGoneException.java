package io.brume.storage.object.s3.http;

import java.io.IOException;

/** The client closed its connection, or is as good as gone: there is nobody to answer. */
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(String message) {
        super(message);
    }
}
