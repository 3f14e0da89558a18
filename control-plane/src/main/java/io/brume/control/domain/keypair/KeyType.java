package io.brume.control.domain.keypair;

import java.util.Arrays;
import java.util.Optional;

/** The algorithm of a key pair. */
public enum KeyType {
    RSA("rsa"),
    ED25519("ed25519");

    private final String text;

    KeyType(String text) {
        this.text = text;
    }

    /** The one that AWS writes so. */
    public static Optional<KeyType> of(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return text;
    }
}
