package io.brume.node.instance;

import java.io.Serial;

/** A guest cannot be made now, or at all. The message is for people. */
public final class PartsException extends Exception {
    @Serial private static final long serialVersionUID = 1;
    private final boolean lasting;

    private PartsException(String message, boolean lasting) {
        super(message, null, false, false);
        this.lasting = lasting;
    }

    /** Something is on its way: not a failure. */
    public static PartsException waitingFor(String what) {
        return new PartsException("waiting for " + what, false);
    }

    /** Trying again is of no use. */
    public static PartsException never(String why) {
        return new PartsException(why, true);
    }

    boolean isLasting() {
        return lasting;
    }
}
