package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/** A request's body that did not come as it was announced; its sender may still be listening. */
public final class BodyFailure extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** It broke off, or its framing is wrong. */
        INCOMPLETE,
        /** It came too slowly. */
        TIMED_OUT
    }

    private final Kind kind;

    BodyFailure(Kind kind) {
        super(kind.name());
        this.kind = requireNonNull(kind);
    }

    public Kind kind() {
        return kind;
    }
}
