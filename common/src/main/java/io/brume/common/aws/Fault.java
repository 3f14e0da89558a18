package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A request that ends in an error which its caller is told about, in AWS's words.
 *
 * <p>The {@link #code()} is what goes over the wire ({@code InvalidInstanceID.NotFound}); AWS's
 * clients branch on it, so it must be AWS's own. {@link #getMessage()} is public. What only an
 * operator may see belongs in the cause, which is logged with the request id and never sent.
 *
 * <p>Thread-safe: immutable. No stack trace is taken when there is no cause, since a fault is an
 * answer, not a bug.
 */
public final class Fault extends RuntimeException {
    /** What kind of failure this is; decides the HTTP status where AWS does not say otherwise. */
    public enum Category {
        /** The request is malformed or breaks a rule. */
        INVALID(400),
        /** The caller may not do this. EC2 answers 403. */
        DENIED(403),
        /**
         * A thing that the request names does not exist; the query protocols of EC2 answer 400 all
         * the same.
         */
        ABSENT(400),
        /** The thing is in a state, or has users, that forbid this. */
        CONFLICT(400),
        /** A limit of the account is reached. */
        QUOTA(400),
        /** The cloud has no room for this now. EC2 answers 500 for InsufficientInstanceCapacity. */
        CAPACITY(500),
        /** Brume does not offer this. */
        UNSUPPORTED(400),
        /** A part of the cloud cannot be reached now; trying again may help. */
        UNAVAILABLE(503),
        /** A bug or a broken machine; the cause is logged. */
        INTERNAL(500);

        private final int status;

        Category(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    private final String code;
    private final Category category;
    private final int status;

    public Fault(
            Category category, String code, int status, String message, @Nullable Throwable cause) {
        super(requireNonNull(message), cause, false, cause != null);
        this.category = requireNonNull(category);
        this.code = requireNonNull(code);
        this.status = status;
    }

    public static Fault invalid(String code, String message) {
        return of(Category.INVALID, code, message);
    }

    public static Fault denied(String code, String message) {
        return of(Category.DENIED, code, message);
    }

    public static Fault absent(String code, String message) {
        return of(Category.ABSENT, code, message);
    }

    public static Fault conflict(String code, String message) {
        return of(Category.CONFLICT, code, message);
    }

    public static Fault quota(String code, String message) {
        return of(Category.QUOTA, code, message);
    }

    public static Fault unsupported(String code, String message) {
        return of(Category.UNSUPPORTED, code, message);
    }

    public static Fault of(Category category, String code, String message) {
        return new Fault(category, code, category.status(), message, null);
    }

    /**
     * The same fault with another HTTP status, for the codes where AWS departs from the category's.
     */
    public Fault withStatus(int httpStatus) {
        return new Fault(category, code, httpStatus, requireNonNull(getMessage()), getCause());
    }

    /** AWS's error code, as clients see it. */
    public String code() {
        return code;
    }

    public Category category() {
        return category;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }
}
