package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.Secret;
import io.brume.control.domain.identity.AccessKeyId;

/** A credential in the clear, for its owner's eyes. */
public record IssuedKey(AccessKeyId id, Secret secret) {
    public IssuedKey {
        requireNonNull(id);
        requireNonNull(secret);
    }
}
