package io.brume.storage.object.s3.config;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.BucketSetting;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;

/**
 * How a bucket is configured when it is made: as AWS's are, closed to the public, and with ACLs off
 * unless its maker wants them.
 */
public final class NewBuckets {
    private NewBuckets() {}

    /**
     * @throws Fault when what is asked for cannot be
     */
    public static Map<BucketSetting, String> documents(
            CreateBucketRequest request, AccountId owner) {
        Schema.demandKnownWords(request);
        var ownership =
                request.objectOwnership() == null
                        ? ObjectOwnership.BUCKET_OWNER_ENFORCED
                        : request.objectOwnership();
        var documents = new EnumMap<BucketSetting, String>(BucketSetting.class);
        documents.put(BucketSetting.OWNERSHIP_CONTROLS, Ownership.document(ownership));
        documents.put(BucketSetting.PUBLIC_ACCESS_BLOCK, PublicAccess.BLOCKED.document());
        var change = AclChange.of(request);
        if (!change.isEmpty()) {
            var acl = change.acl(owner, Optional.empty());
            if (ownership == ObjectOwnership.BUCKET_OWNER_ENFORCED && acl.letsOthersIn()) {
                throw Fault.invalid(
                        "InvalidBucketAclWithObjectOwnership",
                        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced"
                                + " setting");
            }
            if (acl.isPublic()) {
                throw Fault.invalid(
                        "InvalidBucketAclWithBlockPublicAccessError",
                        "Bucket cannot have public ACLs set with BlockPublicAccess enabled");
            }
            if (ownership != ObjectOwnership.BUCKET_OWNER_ENFORCED) {
                documents.put(BucketSetting.ACL, acl.document());
            }
        }
        return documents;
    }
}
