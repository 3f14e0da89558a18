package io.brume.common.aws.sigv4;

import java.util.Optional;

/**
 * Finds access keys. Implementations are thread-safe, may block, and answer empty for a key that
 * does not exist, is inactive or belongs to a deleted owner.
 *
 * @param <O> what a key's owner is to this program
 */
@FunctionalInterface
public interface Credentials<O> {
    /**
     * The key of this id.
     *
     * @param accessKeyId what a stranger sent: 1 to 128 letters, digits or underscores, unverified
     */
    Optional<Credential<O>> find(String accessKeyId);
}
