package io.brume.common.policy;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * Who makes a request, by every name that a policy may know them under.
 *
 * @param account twelve digits; empty for strangers and for services
 * @param arns the user's, or the session's and its role's
 * @param services {@code ec2.amazonaws.com}
 * @param federated the identity provider that vouches for them
 * @param canonicalUsers S3's long ids of the account
 */
public record Principal(
        String account,
        Set<String> arns,
        Set<String> services,
        Set<String> federated,
        Set<String> canonicalUsers) {
    /** A stranger without a signature. */
    public static final Principal ANONYMOUS =
            new Principal("", Set.of(), Set.of(), Set.of(), Set.of());

    public Principal {
        requireNonNull(account);
        arns = Set.copyOf(arns);
        services = Set.copyOf(services);
        federated = Set.copyOf(federated);
        canonicalUsers = Set.copyOf(canonicalUsers);
    }

    /** A user, role or root of an account. */
    public static Principal of(String account, Set<String> arns) {
        return new Principal(account, arns, Set.of(), Set.of(), Set.of());
    }

    public Principal withCanonicalUser(String id) {
        return new Principal(account, arns, services, federated, Set.of(id));
    }
}
