package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.GetBucketAclRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAclResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclResponse;
import software.amazon.awssdk.services.s3.model.PutBucketAclRequest;
import software.amazon.awssdk.services.s3.model.PutBucketAclResponse;
import software.amazon.awssdk.services.s3.model.PutObjectAclRequest;
import software.amazon.awssdk.services.s3.model.PutObjectAclResponse;

/** S3's operations on the ACLs of buckets and objects. */
final class AclOperations extends S3Noun {
    private final BucketCalls calls;

    AclOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public GetBucketAclResponse getBucketAcl(GetBucketAclRequest request) {
        var acl =
                Acls.of(
                        calls.bucket(
                                "GetBucketAcl", request.bucket(), request.expectedBucketOwner()));
        return GetBucketAclResponse.builder()
                .owner(owner -> owner.id(acl.owner()))
                .grants(acl.grants())
                .build();
    }

    @Override
    public PutBucketAclResponse putBucketAcl(PutBucketAclRequest request) {
        var bucket = calls.bucket("PutBucketAcl", request.bucket(), request.expectedBucketOwner());
        var change = AclChange.of(Caller.current().head(), request.accessControlPolicy());
        demandAclsOn(Caller.current(), bucket, change);
        var acl = change.acl(bucket.owner(), Optional.empty());
        demandNotBlocked(bucket, acl);
        calls.configure(bucket, BucketSetting.ACL, Optional.of(acl.document()));
        return PutBucketAclResponse.builder().build();
    }

    @Override
    public GetObjectAclResponse getObjectAcl(GetObjectAclRequest request) {
        var found =
                calls.version(
                        "GetObjectAcl",
                        request.bucket(),
                        request.key(),
                        request.versionId(),
                        request.expectedBucketOwner());
        var acl = Acls.of(found.bucket(), found.version());
        return GetObjectAclResponse.builder()
                .owner(owner -> owner.id(acl.owner()))
                .grants(acl.grants())
                .build();
    }

    @Override
    public PutObjectAclResponse putObjectAcl(PutObjectAclRequest request) {
        var found =
                calls.version(
                        "PutObjectAcl",
                        request.bucket(),
                        request.key(),
                        request.versionId(),
                        request.expectedBucketOwner());
        var change = AclChange.of(Caller.current().head(), request.accessControlPolicy());
        demandAclsOn(Caller.current(), found.bucket(), change);
        var owner =
                Ownership.isEnforced(found.bucket())
                        ? found.bucket().owner()
                        : found.version().owner();
        var acl = change.acl(owner, Optional.of(found.bucket().owner()));
        demandNotBlocked(found.bucket(), acl);
        calls.set(found, ObjectSetting.ACL, Optional.of(acl.document()), false);
        return PutObjectAclResponse.builder().build();
    }

    /** Where all is the bucket's owner's, an ACL may at most say just that. */
    static void demandAclsOn(Caller caller, Bucket bucket, AclChange change) {
        var owner = bucket.owner();
        if (Ownership.isEnforced(bucket)
                && !change.isBucketOwnerFullControl(owner, caller.isOf(owner))) {
            throw Fault.invalid("AccessControlListNotSupported", "The bucket does not allow ACLs");
        }
    }

    static void demandNotBlocked(Bucket bucket, Acl acl) {
        if (acl.isPublic() && PublicAccess.of(bucket).blockAcls()) {
            throw S3Faults.accessDenied();
        }
    }
}
