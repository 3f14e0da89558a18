package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Text that must not leak: a secret access key or a session token. Never prints itself; compares in
 * constant time. Thread-safe: immutable.
 */
public final class Secret {
    private final String text;

    private Secret(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a secret is not empty");
        }
        this.text = text;
    }

    /**
     * Takes the text in.
     *
     * @throws IllegalArgumentException when the text is empty
     */
    public static Secret of(String text) {
        return new Secret(text);
    }

    /** The text itself, for those who encrypt it at rest or hand it to its owner. Never log it. */
    public String reveal() {
        return text;
    }

    /** Whether the text is the same; takes the same time wherever it differs. */
    public boolean matches(String other) {
        return Digests.same(text, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(text.getBytes(UTF_8), secret.text.getBytes(UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "[secret]";
    }
}
