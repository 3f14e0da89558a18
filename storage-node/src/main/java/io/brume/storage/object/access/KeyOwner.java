package io.brume.storage.object.access;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.AccountId;

/** Whom an access key speaks for. */
public record KeyOwner(AccountId account, String arn) {
    public KeyOwner {
        requireNonNull(account);
        requireNonNull(arn);
    }
}
