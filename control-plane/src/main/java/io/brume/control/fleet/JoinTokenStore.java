package io.brume.control.fleet;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.time.Instant;
import java.util.Optional;

/**
 * The join tokens that have been given out, by the digest of their secret: the secret itself is
 * nowhere. Thread-safe; calls may block for as long as the store needs.
 */
public interface JoinTokenStore {
    /** Who used a token. */
    record Use(String keyDigest, NodeId node) {
        public Use {
            requireNonNull(keyDigest);
            requireNonNull(node);
        }
    }

    /**
     * A token that was given out.
     *
     * @param secretDigest SHA-256 of its secret in lower-case hexadecimal
     * @param use empty until it is used
     */
    record JoinToken(String secretDigest, Instant expiresAt, Optional<Use> use) {
        public JoinToken {
            requireNonNull(secretDigest);
            requireNonNull(expiresAt);
            requireNonNull(use);
        }
    }

    /** Remembers a token. Those that expired before {@code now} may be forgotten. */
    void add(JoinToken token, Instant now);

    /**
     * Uses a token, atomically: of many who try, one is first.
     *
     * @param attempt who wants to use it
     * @return who has used it, which is the attempt when that was first; empty when there is no
     *     such token or it has expired
     */
    Optional<Use> use(String secretDigest, Use attempt, Instant now);
}
