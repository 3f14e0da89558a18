package io.brume.control.domain.identity;

import static java.util.Objects.requireNonNull;

/**
 * A secret as it is stored: encrypted under the region's master key.
 *
 * @param base64 nonce and ciphertext
 */
public record SealedSecret(String base64) {
    public SealedSecret {
        requireNonNull(base64);
    }

    @Override
    public String toString() {
        return "sealed";
    }
}
