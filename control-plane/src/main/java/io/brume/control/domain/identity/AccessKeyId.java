package io.brume.control.domain.identity;

import java.util.random.RandomGenerator;

/** The public half of a credential: 16 to 128 letters, digits and underscores. */
public record AccessKeyId(String value) implements Comparable<AccessKeyId> {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public AccessKeyId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not an access key id");
        }
    }

    /** Whether a text has the shape of an access key id. */
    public static boolean isWellFormed(String text) {
        return text.length() >= 16
                && text.length() <= 128
                && text.chars().allMatch(AccessKeyId::isAllowed);
    }

    private static boolean isAllowed(int c) {
        boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        return letter || (c >= '0' && c <= '9') || c == '_';
    }

    /** A new long-lived one: AKIA and sixteen more. */
    public static AccessKeyId create(RandomGenerator random) {
        StringBuilder id = new StringBuilder("AKIA");
        for (int i = 0; i < 16; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new AccessKeyId(id.toString());
    }

    @Override
    public int compareTo(AccessKeyId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
