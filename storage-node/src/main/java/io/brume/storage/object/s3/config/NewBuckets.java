package io.brume.storage.object.s3.config;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.BucketRules;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;

/**
 * How a bucket is configured when it is made: as AWS's are, closed to the public, and with ACLs off
 * unless its maker wants them.
 */
public final class NewBuckets implements BucketRules {
    @Override
    public Map<BucketSetting, String> documents(CreateBucketRequest request) {
        Schema.demandKnownWords(request);
        var ownership =
                request.objectOwnership() == null
                        ? ObjectOwnership.BUCKET_OWNER_ENFORCED
                        : request.objectOwnership();
        var documents = new EnumMap<BucketSetting, String>(BucketSetting.class);
        documents.put(BucketSetting.OWNERSHIP_CONTROLS, Ownership.document(ownership));
        documents.put(BucketSetting.PUBLIC_ACCESS_BLOCK, PublicAccess.BLOCKED.document());
        acl(ownership).ifPresent(acl -> documents.put(BucketSetting.ACL, acl));
        tags(request).ifPresent(tags -> documents.put(BucketSetting.TAGGING, tags));
        return documents;
    }

    private static Optional<String> acl(ObjectOwnership ownership) {
        var change = AclChange.of(Caller.current().head(), null);
        if (change.isEmpty()) {
            return Optional.empty();
        }
        var owner = Caller.current().account().orElseThrow(S3Faults::accessDenied);
        var acl = change.acl(owner, Optional.empty());
        if (ownership == ObjectOwnership.BUCKET_OWNER_ENFORCED) {
            if (acl.letsOthersIn()) {
                throw Fault.invalid(
                        "InvalidBucketAclWithObjectOwnership",
                        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced"
                                + " setting");
            }
            return Optional.empty();
        }
        if (acl.isPublic()) {
            throw Fault.invalid(
                    "InvalidBucketAclWithBlockPublicAccessError",
                    "Bucket cannot have public ACLs set with BlockPublicAccess enabled");
        }
        return Optional.of(acl.document());
    }

    private static Optional<String> tags(CreateBucketRequest request) {
        var configuration = request.createBucketConfiguration();
        return configuration == null
                ? Optional.empty()
                : BucketTags.document(BucketTags.checked(configuration.tags()));
    }
}
