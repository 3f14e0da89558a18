package io.brume.storage.object.data;

import java.io.IOException;

/** The disks are full. Nothing was stored; it works again when there is space. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoSpaceException(String message) {
        super(message);
    }
}
