package io.brume.control.domain.identity;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;

/**
 * Whom a credential speaks for.
 *
 * @param arn for example {@code arn:aws:iam::123456789012:root}
 * @param userId the account's number for its root user
 */
public record Principal(AccountId account, String arn, String userId) {
    public Principal {
        requireNonNull(account);
        requireNonNull(arn);
        requireNonNull(userId);
    }

    /** The root user of an account, who may do everything in it. */
    public static Principal root(AccountId account) {
        return new Principal(account, "arn:aws:iam::" + account + ":root", account.value());
    }
}
