package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

/** Why the index does not do as it is told. Nothing has changed. */
public final class IndexFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The reasons; the front door has S3's words for each. */
    public enum Reason {
        NO_SUCH_BUCKET,
        ALREADY_EXISTS,
        ALREADY_OWNED_BY_YOU,
        TOO_MANY_BUCKETS,
        NOT_EMPTY,
        INVALID_BUCKET_STATE,
        NO_SUCH_KEY,
        NO_SUCH_VERSION,
        IS_DELETE_MARKER,
        PRECONDITION_FAILED,
        LOCKED,
        NO_SUCH_UPLOAD,
        INVALID_PART,
        NOT_ARCHIVED,
        RESTORE_IN_PROGRESS
    }

    private final Reason reason;

    public IndexFault(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = requireNonNull(reason);
    }

    public Reason reason() {
        return reason;
    }
}
