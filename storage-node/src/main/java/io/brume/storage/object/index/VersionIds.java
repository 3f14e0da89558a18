package io.brume.storage.object.index;

import io.brume.storage.object.model.VersionId;
import java.util.Optional;

/**
 * Versions' ids: eleven characters of the version's order, so that its row is found without
 * another, and 126 random bits.
 */
final class VersionIds {
    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz.";
    private static final int ORDER = 11;
    private static final int LENGTH = 32;

    private VersionIds() {}

    static VersionId id(long sequence, Stamp stamp) {
        StringBuilder id = new StringBuilder(LENGTH);
        append(id, sequence, ORDER);
        append(id, stamp.high(), 10);
        append(id, stamp.low(), ORDER);
        return new VersionId(id.toString());
    }

    /** Stands for a place in the order, for versions that have no id of their own. */
    static String marker(long sequence) {
        StringBuilder id = new StringBuilder(LENGTH);
        append(id, sequence, ORDER);
        return id.repeat("-", LENGTH - ORDER).toString();
    }

    private static void append(StringBuilder id, long bits, int characters) {
        for (int shift = 6 * (characters - 1); shift >= 0; shift -= 6) {
            id.append(ALPHABET.charAt((int) (bits >>> shift) & 63));
        }
    }

    /** The order that an id tells; empty for what is none of ours. */
    static Optional<Long> sequence(String id) {
        if (id.length() != LENGTH) {
            return Optional.empty();
        }
        long sequence = 0;
        for (int i = 0; i < ORDER; i++) {
            int digit = ALPHABET.indexOf(id.charAt(i));
            if (digit < 0) {
                return Optional.empty();
            }
            sequence = sequence << 6 | digit;
        }
        return sequence < 0 ? Optional.empty() : Optional.of(sequence);
    }
}
