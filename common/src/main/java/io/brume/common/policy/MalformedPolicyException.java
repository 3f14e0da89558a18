package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

/**
 * A document that is no policy. The message is public and in AWS's words; each service has its own
 * code for it ({@code MalformedPolicy}, {@code MalformedPolicyDocument}).
 */
public final class MalformedPolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedPolicyException(String message) {
        super(requireNonNull(message), null, false, false);
    }

    /** What is wrong, for the one who wrote it. */
    public String reason() {
        return requireNonNull(getMessage());
    }
}
