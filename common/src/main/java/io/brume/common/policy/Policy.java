package io.brume.common.policy;

import java.util.List;

/**
 * A policy. Immutable and thread-safe.
 *
 * @param statements in their order
 */
public record Policy(List<Statement> statements) {
    /** What AWS allows for a bucket. */
    public static final int MAX_BYTES_OF_BUCKET = 20 * 1024;

    public Policy {
        statements = List.copyOf(statements);
    }

    /**
     * Reads a document.
     *
     * @param maxBytes of the document in UTF-8
     * @throws MalformedPolicyException when it is no policy of this kind, with AWS's message
     */
    public static Policy parse(String document, PolicyKind kind, int maxBytes) {
        return new PolicyParser(kind).parse(document, maxBytes);
    }

    /** What this policy alone says. A statement that forbids outweighs all that allow. */
    public Evaluation evaluate(AccessRequest request) {
        var found = Evaluation.IMPLICIT_DENY;
        for (var statement : statements) {
            var naming = statement.appliesTo(request);
            if (naming == Principals.Naming.NOT) {
                continue;
            }
            if (statement.effect() == Effect.DENY) {
                return new Evaluation.ExplicitDeny(statement.name());
            }
            boolean toAccount = naming == Principals.Naming.ACCOUNT;
            boolean better =
                    switch (found) {
                        case Evaluation.Allow allow -> allow.toAccount() && !toAccount;
                        case Evaluation.ImplicitDeny() -> true;
                        case Evaluation.ExplicitDeny _ -> false;
                    };
            if (better) {
                found = new Evaluation.Allow(statement.name(), toAccount);
            }
        }
        return found;
    }
}
