package io.brume.control.domain.identity;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import java.time.Instant;

/** A credential of an account's root user. */
public record AccessKey(
        AccessKeyId id, AccountId account, SealedSecret secret, boolean active, Instant created) {
    public AccessKey {
        requireNonNull(id);
        requireNonNull(account);
        requireNonNull(secret);
        requireNonNull(created);
    }
}
