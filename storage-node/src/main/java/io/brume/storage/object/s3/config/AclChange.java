package io.brume.storage.object.s3.config;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.CanonicalUser;
import io.brume.storage.object.s3.S3Faults;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.Grantee;
import software.amazon.awssdk.services.s3.model.Permission;

/**
 * An ACL as a request has it: one of the canned ones, grants in headers, or a document. Absent
 * parts are null.
 */
record AclChange(
        @Nullable String canned,
        Map<Permission, String> headers,
        @Nullable AccessControlPolicy policy) {
    private static final int MOST_GRANTS = 100;
    private static final Pattern CANONICAL_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern HEADER_GRANT =
            Pattern.compile("\\s*(id|uri|emailAddress)\\s*=\\s*\"?([^\",]*)\"?\\s*");
    private static final Map<String, Permission> HEADERS =
            Map.of(
                    "x-amz-grant-full-control", Permission.FULL_CONTROL,
                    "x-amz-grant-read", Permission.READ,
                    "x-amz-grant-read-acp", Permission.READ_ACP,
                    "x-amz-grant-write", Permission.WRITE,
                    "x-amz-grant-write-acp", Permission.WRITE_ACP);
    private static final Set<String> GROUPS =
            Set.of(Acl.ALL_USERS, Acl.AUTHENTICATED_USERS, Acl.LOG_DELIVERY);

    AclChange {
        headers = Map.copyOf(headers);
    }

    /**
     * Of a request.
     *
     * @param policy its body, where it may have one
     */
    static AclChange of(HttpCall head, @Nullable AccessControlPolicy policy) {
        var headers = new EnumMap<Permission, String>(Permission.class);
        HEADERS.forEach((name, permission) -> {
            var grantees = head.header(name);
            if (grantees != null) {
                headers.put(permission, grantees);
            }
        });
        return new AclChange(head.header("x-amz-acl"), headers, policy);
    }

    boolean isEmpty() {
        return canned == null && headers.isEmpty() && policy == null;
    }

    /**
     * Whether it asks for no more than that the bucket's owner may all, which also holds where ACLs
     * are off. The owner's own {@code private} says just that. AWS does not take it there; clients
     * send it with all they put.
     */
    boolean isBucketOwnerFullControl(AccountId bucketOwner, boolean byOwner) {
        if (canned != null) {
            return canned.equals("bucket-owner-full-control")
                    || (byOwner && canned.equals("private"));
        }
        var id = CanonicalUser.id(bucketOwner);
        if (policy != null) {
            return headers.isEmpty()
                    && !policy.grants().isEmpty()
                    && policy.grants().stream().allMatch(grant -> isAllTo(id, grant));
        }
        return headers.keySet().equals(Set.of(Permission.FULL_CONTROL))
                && grantees(headers.get(Permission.FULL_CONTROL)).stream()
                        .allMatch(grantee -> id.equals(grantee.id()));
    }

    private static boolean isAllTo(String id, Grant grant) {
        return grant.permission() == Permission.FULL_CONTROL
                && grant.grantee() != null
                && id.equals(grant.grantee().id());
    }

    /**
     * The ACL that it makes.
     *
     * @param owner of the bucket or the object that gets it
     * @param bucketOwner of the bucket that the object is in; empty for the bucket itself
     * @throws Fault when it is none
     */
    Acl acl(AccountId owner, Optional<AccountId> bucketOwner) {
        int said = (canned != null ? 1 : 0) + (headers.isEmpty() ? 0 : 1);
        if (said == 2) {
            throw S3Faults.invalidRequest(
                    "Specifying both Canned ACLs and Header Grants is not allowed");
        }
        if (said == 1 && policy != null) {
            throw Fault.invalid("UnexpectedContent", "This request does not support content");
        }
        var ownerId = CanonicalUser.id(owner);
        if (canned != null) {
            return new Acl(ownerId, cannedGrants(canned, ownerId, bucketOwner));
        }
        if (policy != null) {
            return new Acl(ownerId, policyGrants(policy, ownerId));
        }
        if (headers.isEmpty()) {
            throw Fault.invalid(
                    "MissingSecurityHeader", "Your request was missing a required header");
        }
        var grants = new ArrayList<Grant>();
        headers.forEach((permission, text) ->
                grantees(text).forEach(grantee -> grants.add(Acl.grant(grantee, permission))));
        demandFew(grants);
        return new Acl(ownerId, grants);
    }

    private static List<Grant> cannedGrants(
            String canned, String owner, Optional<AccountId> bucketOwner) {
        var grants = new ArrayList<Grant>();
        grants.add(Acl.grant(Acl.user(owner), Permission.FULL_CONTROL));
        switch (canned) {
            case "private" -> {}
            case "public-read" -> grants.add(Acl.grant(Acl.group(Acl.ALL_USERS), Permission.READ));
            case "public-read-write" -> {
                grants.add(Acl.grant(Acl.group(Acl.ALL_USERS), Permission.READ));
                grants.add(Acl.grant(Acl.group(Acl.ALL_USERS), Permission.WRITE));
            }
            case "authenticated-read" ->
                    grants.add(Acl.grant(Acl.group(Acl.AUTHENTICATED_USERS), Permission.READ));
            case "aws-exec-read" -> throw S3Faults.notImplemented("The ACL aws-exec-read");
            case "bucket-owner-read" ->
                    bucketOwner.ifPresent(account ->
                            grants.add(
                                    Acl.grant(
                                            Acl.user(CanonicalUser.id(account)), Permission.READ)));
            case "bucket-owner-full-control" ->
                    bucketOwner
                            .map(CanonicalUser::id)
                            .filter(id -> !id.equals(owner))
                            .ifPresent(id ->
                                    grants.add(Acl.grant(Acl.user(id), Permission.FULL_CONTROL)));
            case "log-delivery-write" -> {
                if (bucketOwner.isPresent()) {
                    throw S3Faults.invalidArgument("");
                }
                grants.add(Acl.grant(Acl.group(Acl.LOG_DELIVERY), Permission.WRITE));
                grants.add(Acl.grant(Acl.group(Acl.LOG_DELIVERY), Permission.READ_ACP));
            }
            default -> throw S3Faults.invalidArgument("");
        }
        return grants;
    }

    private static List<Grant> policyGrants(AccessControlPolicy policy, String owner) {
        if (policy.owner() == null || policy.owner().id() == null) {
            throw malformed();
        }
        if (!policy.owner().id().equals(owner)) {
            throw S3Faults.accessDenied(); // S3 has no way to give a thing away
        }
        for (var grant : policy.grants()) {
            if (grant.grantee() == null
                    || grant.permission() == null
                    || grant.permission() == Permission.UNKNOWN_TO_SDK_VERSION) {
                throw malformed();
            }
            demandValid(grant.grantee());
        }
        demandFew(policy.grants());
        return policy.grants().stream().map(AclChange::withoutName).toList();
    }

    /** Names of accounts are not shown, as AWS no longer does. */
    private static Grant withoutName(Grant grant) {
        return grant.copy(each -> each.grantee(grant.grantee().copy(to -> to.displayName(null))));
    }

    private static List<Grantee> grantees(@Nullable String header) {
        var grantees = new ArrayList<Grantee>();
        for (var part : (header == null ? "" : header).split(",", -1)) {
            var matcher = HEADER_GRANT.matcher(part);
            if (!matcher.matches()) {
                throw S3Faults.invalidArgument("Argument format not recognized");
            }
            var value = matcher.group(2);
            var grantee =
                    switch (matcher.group(1)) {
                        case "id" -> Acl.user(value);
                        case "uri" -> Acl.group(value);
                        default -> throw noEmail();
                    };
            demandValid(grantee);
            grantees.add(grantee);
        }
        return grantees;
    }

    private static void demandValid(Grantee grantee) {
        switch (grantee.type()) {
            case CANONICAL_USER -> {
                if (grantee.id() == null || !CANONICAL_ID.matcher(grantee.id()).matches()) {
                    throw S3Faults.invalidArgument("Invalid id");
                }
            }
            case GROUP -> {
                if (grantee.uri() == null || !GROUPS.contains(grantee.uri())) {
                    throw S3Faults.invalidArgument("Invalid group uri");
                }
            }
            case AMAZON_CUSTOMER_BY_EMAIL -> throw noEmail();
            case null, default -> throw malformed();
        }
    }

    private static Fault noEmail() {
        return Fault.invalid(
                "UnresolvableGrantByEmailAddress",
                "The e-mail address you provided does not match any account on record.");
    }

    private static Fault malformed() {
        return Fault.invalid(
                "MalformedACLError",
                "The XML you provided was not well-formed or did not validate against our"
                        + " published schema");
    }

    private static void demandFew(List<Grant> grants) {
        if (grants.size() > MOST_GRANTS) {
            throw S3Faults.invalidRequest("An ACL has at most 100 grants");
        }
    }
}
