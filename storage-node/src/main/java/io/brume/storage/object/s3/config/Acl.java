package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.XmlDocuments;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.CanonicalUser;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.Grantee;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.Type;

/**
 * An access control list. Immutable.
 *
 * @param owner the canonical id of who owns it
 * @param grants who may what
 */
record Acl(String owner, List<Grant> grants) {
    static final String ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
    static final String AUTHENTICATED_USERS =
            "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
    static final String LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

    Acl {
        requireNonNull(owner);
        grants = List.copyOf(grants);
    }

    /** The owner may all, nobody else anything. */
    static Acl ofOwner(AccountId account) {
        var id = CanonicalUser.id(account);
        return new Acl(id, List.of(grant(user(id), Permission.FULL_CONTROL)));
    }

    static Grantee user(String canonicalId) {
        return Grantee.builder().type(Type.CANONICAL_USER).id(canonicalId).build();
    }

    static Grantee group(String uri) {
        return Grantee.builder().type(Type.GROUP).uri(uri).build();
    }

    static Grant grant(Grantee grantee, Permission permission) {
        return Grant.builder().grantee(grantee).permission(permission).build();
    }

    /** As a document had it. */
    static Acl parse(String document) {
        var policy = XmlDocuments.read(document, AccessControlPolicy.class);
        return new Acl(policy.owner().id(), policy.grants());
    }

    String document() {
        return Documents.write(
                "AccessControlPolicy",
                AccessControlPolicy.builder().owner(each -> each.id(owner)).grants(grants).build());
    }

    /** Whether it grants anything to anyone else. */
    boolean letsOthersIn() {
        return grants.stream().anyMatch(grant -> !owner.equals(grant.grantee().id()));
    }

    /** Whether it grants anything to everybody, with or without an account. */
    boolean isPublic() {
        return grants.stream().anyMatch(Acl::isToEverybody);
    }

    private static boolean isToEverybody(Grant grant) {
        var uri = grant.grantee().uri();
        return ALL_USERS.equals(uri) || AUTHENTICATED_USERS.equals(uri);
    }

    /**
     * Whether it grants something.
     *
     * @param who empty = a stranger
     * @param ignorePublic whether grants to everybody do not count
     */
    boolean grants(Permission permission, Optional<AccountId> who, boolean ignorePublic) {
        var id = who.map(CanonicalUser::id);
        return grants.stream()
                .filter(grant ->
                        grant.permission() == permission
                                || grant.permission() == Permission.FULL_CONTROL)
                .filter(grant -> !ignorePublic || !isToEverybody(grant))
                .anyMatch(grant -> isTo(grant.grantee(), id));
    }

    /** Whether it grants something to a group by name. */
    boolean grantsTo(String group, Permission permission) {
        return grants.stream()
                .anyMatch(grant ->
                        grant.permission() == permission && group.equals(grant.grantee().uri()));
    }

    private static boolean isTo(Grantee grantee, Optional<String> id) {
        return ALL_USERS.equals(grantee.uri())
                || (AUTHENTICATED_USERS.equals(grantee.uri()) && id.isPresent())
                || (id.isPresent() && id.get().equals(grantee.id()));
    }
}
