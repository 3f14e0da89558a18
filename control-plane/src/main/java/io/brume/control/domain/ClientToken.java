package io.brume.control.domain;

import static java.util.Objects.requireNonNull;

/**
 * What a caller sends so that a repeated call is done once. Two calls are the same when account,
 * action and token are; then their parameters must be, too.
 *
 * @param account whose token it is
 * @param action for example {@code ec2:RunInstances}
 * @param token as the caller sent it
 * @param fingerprint of the other parameters, in any encoding that can be compared
 */
public record ClientToken(AccountId account, String action, String token, String fingerprint) {
    public ClientToken {
        requireNonNull(account);
        requireNonNull(action);
        requireNonNull(token);
        requireNonNull(fingerprint);
    }
}
