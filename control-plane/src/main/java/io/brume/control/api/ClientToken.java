package io.brume.control.api;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;

/**
 * What a caller sends so that a repeated call is done once. Two calls are the same when account,
 * action and token are; then their parameters must be, too.
 *
 * @param account whose token it is
 * @param action for example {@code ec2:RunInstances}
 * @param token as the caller sent it
 * @param fingerprint of the other parameters; {@link RequestFingerprint}
 */
public record ClientToken(AccountId account, String action, String token, String fingerprint) {
    public ClientToken {
        requireNonNull(account);
        requireNonNull(action);
        requireNonNull(token);
        requireNonNull(fingerprint);
    }

    /**
     * Holds a repetition to the parameters of the first call.
     *
     * @throws Fault {@code IdempotentParameterMismatch} when they differ
     */
    public void demandSame(String earlierFingerprint) {
        if (!fingerprint.equals(earlierFingerprint)) {
            throw Fault.invalid(
                    "IdempotentParameterMismatch",
                    "The client token you have provided is in use with a prior request with"
                            + " different parameters.");
        }
    }

    /** The same token whatever the parameters: the key under which a call is remembered. */
    record Key(AccountId account, String action, String token) {}

    Key key() {
        return new Key(account, action, token);
    }
}
