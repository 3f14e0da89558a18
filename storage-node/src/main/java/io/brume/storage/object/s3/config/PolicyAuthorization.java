package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.policy.AccessRequest;
import io.brume.common.policy.Evaluation;
import io.brume.common.policy.Policy;
import io.brume.common.policy.Principal;
import io.brume.common.time.Time;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Authorization;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.CanonicalUser;
import io.brume.storage.object.s3.S3Faults;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.Permission;

/**
 * Decides by the bucket's policy, the ACLs, and the block on public access.
 *
 * <p>The bucket's owner may all that the policy does not forbid, and may always change the policy,
 * so that none can lock them out. Others may what the policy or, where ACLs are on, an ACL lets
 * them. An object that another account put and owns is read by that account's leave.
 */
public final class PolicyAuthorization implements Authorization {
    private static final Set<String> ALWAYS_OF_ROOT =
            Set.of("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy");

    /** What a bucket's ACL lets do. */
    private static final Map<String, Permission> OF_BUCKET =
            Map.of(
                    "s3:ListBucket", Permission.READ,
                    "s3:ListBucketVersions", Permission.READ,
                    "s3:ListBucketMultipartUploads", Permission.READ,
                    "s3:PutObject", Permission.WRITE,
                    "s3:DeleteObject", Permission.WRITE,
                    "s3:AbortMultipartUpload", Permission.WRITE,
                    "s3:ListMultipartUploadParts", Permission.WRITE,
                    "s3:GetBucketAcl", Permission.READ_ACP,
                    "s3:PutBucketAcl", Permission.WRITE_ACP);

    /** What an object's ACL lets do. */
    private static final Map<String, Permission> OF_OBJECT =
            Map.of(
                    "s3:GetObject", Permission.READ,
                    "s3:GetObjectVersion", Permission.READ,
                    "s3:GetObjectAttributes", Permission.READ,
                    "s3:GetObjectVersionAttributes", Permission.READ,
                    "s3:GetObjectAcl", Permission.READ_ACP,
                    "s3:GetObjectVersionAcl", Permission.READ_ACP,
                    "s3:PutObjectAcl", Permission.WRITE_ACP,
                    "s3:PutObjectVersionAcl", Permission.WRITE_ACP);

    private final BucketPolicies policies = new BucketPolicies();
    private final Time time;

    public PolicyAuthorization(Time time) {
        this.time = requireNonNull(time);
    }

    @Override
    public void demand(
            Caller caller,
            String action,
            Bucket bucket,
            Optional<ObjectKey> key,
            AccessContext access) {
        var arn = "arn:aws:s3:::" + bucket.name() + key.map(each -> "/" + each.value()).orElse("");
        var policy = policies.of(bucket);
        var said =
                policy.map(each ->
                                each.evaluate(
                                        new AccessRequest(
                                                principal(caller),
                                                action,
                                                arn,
                                                new S3Context(caller, bucket, access, time.now()))))
                        .orElse(Evaluation.IMPLICIT_DENY);
        if (said instanceof Evaluation.ExplicitDeny deny
                && !isRootOnPolicy(caller, action, bucket)) {
            throw forbidden(caller, action, bucket, arn, deny);
        }
        if (!owns(caller, action, bucket, access)
                && !(said instanceof Evaluation.Allow
                        && policyCounts(policy.orElseThrow(), action, bucket, access))
                && !aclLets(caller, action, bucket, access)) {
            throw S3Faults.accessDenied();
        }
    }

    private static Principal principal(Caller caller) {
        return caller.account()
                .map(account ->
                        Principal.of(account.value(), Set.of(caller.arn()))
                                .withCanonicalUser(CanonicalUser.id(account)))
                .orElse(Principal.ANONYMOUS);
    }

    private static boolean isRootOnPolicy(Caller caller, String action, Bucket bucket) {
        return caller.isOf(bucket.owner())
                && caller.arn().endsWith(":root")
                && ALWAYS_OF_ROOT.contains(action);
    }

    private static Fault forbidden(
            Caller caller, String action, Bucket bucket, String arn, Evaluation.ExplicitDeny deny) {
        return caller.isOf(bucket.owner())
                ? Fault.denied(
                        "AccessDenied",
                        "User: %s is not authorized to perform: %s on resource: \"%s\" with an explicit deny in a resource-based policy (statement %s)"
                                .formatted(caller.arn(), action, arn, deny.statement()))
                : S3Faults.accessDenied(); // no stranger need know what the policy says
    }

    private static boolean owns(Caller caller, String action, Bucket bucket, AccessContext access) {
        return caller.isOf(bucket.owner()) && !isOfAnother(action, bucket, access);
    }

    /** Whether it is about an object that is not the bucket's owner's to give. */
    private static boolean isOfAnother(String action, Bucket bucket, AccessContext access) {
        return OF_OBJECT.containsKey(action)
                && !Ownership.isEnforced(bucket)
                && access.object()
                        .get()
                        .filter(version -> !version.owner().equals(bucket.owner()))
                        .isPresent();
    }

    private static boolean policyCounts(
            Policy policy, String action, Bucket bucket, AccessContext access) {
        return !isOfAnother(action, bucket, access)
                && !(PublicAccess.of(bucket).restrict() && PublicPolicies.isPublic(policy));
    }

    private static boolean aclLets(
            Caller caller, String action, Bucket bucket, AccessContext access) {
        var ofBucket = OF_BUCKET.get(action);
        var ofObject = OF_OBJECT.get(action);
        if ((ofBucket == null && ofObject == null) || Ownership.isEnforced(bucket)) {
            return false;
        }
        boolean ignorePublic = PublicAccess.of(bucket).ignoreAcls();
        if (ofBucket != null) {
            return Acls.of(bucket).grants(ofBucket, caller.account(), ignorePublic);
        }
        var permission = requireNonNull(ofObject);
        return access.object()
                .get()
                .map(version ->
                        Acls.of(bucket, version).grants(permission, caller.account(), ignorePublic))
                .orElse(false);
    }
}
