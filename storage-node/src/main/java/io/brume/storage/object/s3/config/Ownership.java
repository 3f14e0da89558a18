package io.brume.storage.object.s3.config;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.OwnershipControls;
import software.amazon.awssdk.services.s3.model.OwnershipControlsRule;

/** Who owns the objects of a bucket, and whether ACLs say anything. */
final class Ownership {
    private Ownership() {}

    /** A bucket without controls is as all were before there were any. */
    static ObjectOwnership of(Bucket bucket) {
        return Documents.read(bucket, BucketSetting.OWNERSHIP_CONTROLS, OwnershipControls.class)
                .map(controls -> controls.rules().getFirst().objectOwnership())
                .orElse(ObjectOwnership.OBJECT_WRITER);
    }

    /** Whether all is the bucket's owner's, whoever puts it, and ACLs are off. */
    static boolean isEnforced(Bucket bucket) {
        return of(bucket) == ObjectOwnership.BUCKET_OWNER_ENFORCED;
    }

    static String document(ObjectOwnership ownership) {
        return Documents.write(
                "OwnershipControls",
                OwnershipControls.builder()
                        .rules(
                                OwnershipControlsRule.builder()
                                        .objectOwnership(ownership)
                                        .build())
                        .build());
    }
}
