package io.brume.storage.object.s3;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import java.util.Optional;

/** Decides who may do what. Thread-safe; may block. */
@FunctionalInterface
public interface Authorization {
    /**
     * Returns when the caller may do it.
     *
     * @param action as policies name it: {@code s3:GetObject}
     * @param key of the object that it is about; empty for what is about the bucket
     * @throws io.brume.common.aws.Fault {@code AccessDenied} otherwise
     */
    void demand(
            Caller caller,
            String action,
            Bucket bucket,
            Optional<ObjectKey> key,
            AccessContext context);

    /** The owner of a bucket may all, everybody else nothing. */
    static Authorization ownerOnly() {
        return (caller, action, bucket, key, context) -> {
            if (!caller.isOf(bucket.owner())) {
                throw S3Faults.accessDenied();
            }
        };
    }
}
