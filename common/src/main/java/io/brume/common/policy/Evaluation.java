package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

/** What one policy says of a request. */
public sealed interface Evaluation {
    /** No statement applies. */
    record ImplicitDeny() implements Evaluation {}

    /**
     * A statement forbids it, whatever others allow.
     *
     * @param statement its {@code Sid}, or its number
     */
    record ExplicitDeny(String statement) implements Evaluation {
        public ExplicitDeny {
            requireNonNull(statement);
        }
    }

    /**
     * A statement allows it, and none forbids it.
     *
     * @param statement its {@code Sid}, or its number
     * @param toAccount whether only the principal's account is named, so that the account's own
     *     policies decide which of its users may
     */
    record Allow(String statement, boolean toAccount) implements Evaluation {
        public Allow {
            requireNonNull(statement);
        }
    }

    Evaluation IMPLICIT_DENY = new ImplicitDeny();
}
