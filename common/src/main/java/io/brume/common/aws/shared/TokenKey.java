package io.brume.common.aws.shared;

import static java.util.Objects.requireNonNull;

/**
 * What a client token is remembered under: one token may be used again with another operation, or
 * by another account.
 */
public record TokenKey(String account, String operation, String token) {
    public TokenKey {
        requireNonNull(account);
        requireNonNull(operation);
        requireNonNull(token);
    }
}
