package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

/**
 * A message that cannot be read. Codecs throw it; the protocol turns it into the {@link Fault} that
 * its services answer, since each has its own code for the same mistake.
 */
final class Malformed extends RuntimeException {
    /** What is wrong. */
    enum Kind {
        /** The document as a whole: broken JSON, an unclosed element, a stray percent sign. */
        DOCUMENT,
        /** One scalar: letters where a number is due. */
        VALUE,
        /** Well-formed but more, or more deeply nested, than any client sends. */
        LIMIT
    }

    private final transient Kind kind;

    private Malformed(Kind kind, String message) {
        super(requireNonNull(message), null, false, false);
        this.kind = kind;
    }

    static Malformed document(String message) {
        return new Malformed(Kind.DOCUMENT, message);
    }

    static Malformed value(String message) {
        return new Malformed(Kind.VALUE, message);
    }

    static Malformed limit(String message) {
        return new Malformed(Kind.LIMIT, message);
    }

    Kind kind() {
        return kind;
    }

    String reason() {
        return requireNonNull(getMessage());
    }
}
