package io.brume.storage.object.s3.config;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.OwnershipControls;
import software.amazon.awssdk.services.s3.model.OwnershipControlsRule;

/** Who owns the objects of a bucket, and whether ACLs say anything. */
final class Ownership {
    /** By the document that is kept; looked up and not read, since every GET of an object asks. */
    private static final Map<String, ObjectOwnership> BY_DOCUMENT =
            ObjectOwnership.knownValues().stream()
                    .collect(Collectors.toMap(Ownership::document, Function.identity()));

    private Ownership() {}

    /** A bucket without controls is as all were before there were any. */
    static ObjectOwnership of(Bucket bucket) {
        var known = bucket.document(BucketSetting.OWNERSHIP_CONTROLS).map(BY_DOCUMENT::get);
        return known.orElseGet(() -> read(bucket));
    }

    private static ObjectOwnership read(Bucket bucket) {
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
                        .rules(OwnershipControlsRule.builder().objectOwnership(ownership).build())
                        .build());
    }
}
