package io.brume.storage.object.s3.config;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import java.util.Optional;

/** The ACLs that buckets and objects have. */
final class Acls {
    private Acls() {}

    /** A bucket's; its owner's alone where none was set. */
    static Acl of(Bucket bucket) {
        return bucket.document(BucketSetting.ACL)
                .map(Acl::parse)
                .orElseGet(() -> Acl.ofOwner(bucket.owner()));
    }

    /** An object's; its owner's alone where none was set, or where ACLs are off. */
    static Acl of(Bucket bucket, ObjectVersion version) {
        if (Ownership.isEnforced(bucket)) {
            return Acl.ofOwner(bucket.owner());
        }
        return Optional.ofNullable(version.settings().get(ObjectSetting.ACL))
                .map(Acl::parse)
                .orElseGet(() -> Acl.ofOwner(version.owner()));
    }
}
