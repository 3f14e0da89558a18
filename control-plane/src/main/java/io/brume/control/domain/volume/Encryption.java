package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.identity.SealedSecret;

/**
 * How a volume or a snapshot is encrypted.
 *
 * @param kmsKeyId the ARN of the key that the user sees
 * @param dataKey 64 bytes for AES-256-XTS, sealed; shared by a volume, its snapshots and the
 *     volumes that are made of these
 */
public record Encryption(String kmsKeyId, SealedSecret dataKey) {
    public Encryption {
        requireNonNull(kmsKeyId);
        requireNonNull(dataKey);
    }
}
