package io.brume.storage.block.files;

import java.io.IOException;

/**
 * The disk has no space for something. Unlike any other failure of a disk it passes: whoever can
 * wait does so and loses nothing.
 */
public final class FullDiskException extends IOException {
    private static final long serialVersionUID = 1L;

    public FullDiskException(String message) {
        super("No space left: " + message);
    }

    public FullDiskException(String message, Throwable cause) {
        super("No space left: " + message, cause);
    }

    /** Whether something failed because the disk is full. The JDK tells it in words only. */
    public static boolean is(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof FullDiskException
                || (failure instanceof IOException
                        && message != null
                        && (message.contains("No space left")
                                || message.contains("quota exceeded")
                                // ENOSPC and EDQUOT of a call that is not the JDK's.
                                || message.endsWith(": errno 28")
                                || message.endsWith(": errno 122")));
    }
}
