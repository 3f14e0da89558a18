package io.brume.common.id;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes identifiers in AWS's shapes. Thread-safe when its random source is.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html">EC2
 * resource ids</a> (a prefix, a hyphen, 17 hexadecimal digits).
 */
public final class Ids {
    private static final int EC2_DIGITS = 17;
    private final RandomGenerator random;

    public Ids(RandomGenerator random) {
        this.random = requireNonNull(random);
    }

    /** Identifiers nobody can guess. */
    public static Ids secure() {
        return new Ids(new SecureRandom());
    }

    /**
     * For example {@code ec2("i")} gives {@code i-0a1b2c3d4e5f67890}; the first digit is 0, as
     * AWS's are today.
     */
    public String ec2(String prefix) {
        var id = new StringBuilder(prefix.length() + 1 + EC2_DIGITS).append(prefix).append("-0");
        for (int i = 1; i < EC2_DIGITS; i++) {
            id.append(Character.forDigit(random.nextInt(16), 16));
        }
        return id.toString();
    }

    /** A random (version 4) UUID: request ids, tokens. */
    public UUID uuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
