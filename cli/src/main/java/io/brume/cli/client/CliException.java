package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.io.Serial;

/**
 * A failure that is told to the user: what went wrong, what to do about it, and the program's exit
 * code.
 */
public final class CliException extends RuntimeException {
    /** The call itself cannot be understood. */
    public static final int USAGE = 252;

    /** Credentials or configuration are missing. */
    public static final int CONFIGURATION = 253;

    /** The service refused. */
    public static final int SERVICE = 254;

    /** Everything else. */
    public static final int GENERAL = 255;

    @Serial private static final long serialVersionUID = 1;

    private final String remedy;
    private final int exitCode;

    /**
     * @param message one line, without a full stop at its end
     * @param remedy what the user can do; may be empty
     * @param exitCode one of this class's, which are those of the aws command
     */
    public CliException(String message, String remedy, int exitCode) {
        super(requireNonNull(message));
        this.remedy = requireNonNull(remedy);
        this.exitCode = exitCode;
    }

    /** As above, because of another failure. */
    public CliException(String message, String remedy, int exitCode, Throwable cause) {
        super(requireNonNull(message), cause);
        this.remedy = requireNonNull(remedy);
        this.exitCode = exitCode;
    }

    /** A call that names something which is not there or says what cannot be. */
    public static CliException usage(String message, String remedy) {
        return new CliException(message, remedy, USAGE);
    }

    /** Something that did not come to pass. */
    public static CliException general(String message, String remedy) {
        return new CliException(message, remedy, GENERAL);
    }

    public String remedy() {
        return remedy;
    }

    public int exitCode() {
        return exitCode;
    }
}
