package io.brume.storage.object.s3;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.AccountId;

/**
 * Whom an access key speaks for.
 *
 * @param arn for example {@code arn:aws:iam::123456789012:root}
 */
public record Principal(AccountId account, String arn) {
    public Principal {
        requireNonNull(account);
        requireNonNull(arn);
    }
}
