package io.brume.common.aws.sigv4;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * One access key as the verifier needs it. Keep the object: its {@link SigningKeys} remember the
 * day's keys.
 *
 * @param accessKeyId for example {@code AKIA…}, or {@code ASIA…} for a temporary one
 * @param keys makes the signing keys
 * @param sessionToken what a temporary credential must present in {@code X-Amz-Security-Token}
 * @param expiry when a temporary credential ends
 * @param owner whom the key speaks for
 */
public record Credential<O>(
        String accessKeyId,
        SigningKeys keys,
        Optional<SessionToken> sessionToken,
        Optional<Instant> expiry,
        O owner) {
    public Credential {
        requireNonNull(accessKeyId);
        requireNonNull(keys);
        requireNonNull(sessionToken);
        requireNonNull(expiry);
        requireNonNull(owner);
    }

    /** A key without an end. */
    public static <O> Credential<O> lasting(String accessKeyId, Secret secret, O owner) {
        return new Credential<>(
                accessKeyId, SigningKeys.of(secret), Optional.empty(), Optional.empty(), owner);
    }

    /** A key that the security token service gave out. */
    public static <O> Credential<O> temporary(
            String accessKeyId, Secret secret, Secret token, Instant expiry, O owner) {
        return new Credential<>(
                accessKeyId,
                SigningKeys.of(secret),
                Optional.of(SessionToken.of(token)),
                Optional.of(expiry),
                owner);
    }
}
