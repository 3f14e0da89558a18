package io.brume.common.policy;

import java.util.Set;

/**
 * Whom a statement is about.
 *
 * @param negated of {@code NotPrincipal}: all but these
 * @param anyone {@code *}
 * @param accounts twelve digits
 * @param arns of users, roles and sessions; never with a wildcard
 */
public record Principals(
        boolean negated,
        boolean anyone,
        Set<String> accounts,
        Set<String> arns,
        Set<String> services,
        Set<String> federated,
        Set<String> canonicalUsers) {
    /** How a statement names somebody. */
    enum Naming {
        NOT,
        /** Only by the account. */
        ACCOUNT,
        /** Themselves, or everybody. */
        PRINCIPAL
    }

    public Principals {
        accounts = Set.copyOf(accounts);
        arns = Set.copyOf(arns);
        services = Set.copyOf(services);
        federated = Set.copyOf(federated);
        canonicalUsers = Set.copyOf(canonicalUsers);
    }

    Naming names(Principal who) {
        var naming = listed(who);
        if (negated) {
            return naming == Naming.NOT ? Naming.PRINCIPAL : Naming.NOT;
        }
        return naming;
    }

    private Naming listed(Principal who) {
        if (anyone
                || meet(arns, who.arns())
                || meet(services, who.services())
                || meet(federated, who.federated())) {
            return Naming.PRINCIPAL;
        }
        return accounts.contains(who.account()) || meet(canonicalUsers, who.canonicalUsers())
                ? Naming.ACCOUNT
                : Naming.NOT;
    }

    private static boolean meet(Set<String> named, Set<String> have) {
        return !named.isEmpty() && have.stream().anyMatch(named::contains);
    }
}
