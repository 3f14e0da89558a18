package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.index.Located;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Authorization;
import io.brume.storage.object.s3.CallTrace;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what a call names, and asks whether its caller may. Thread-safe. */
final class Access {
    private final ObjectIndex index;
    private final Authorization authorization;

    Access(S3Parts parts) {
        this.index = requireNonNull(parts.index());
        this.authorization = requireNonNull(parts.authorization());
    }

    /**
     * The bucket of the call, which belongs to whom the caller expects.
     *
     * @throws Fault {@code NoSuchBucket}, {@code AccessDenied}
     */
    Bucket bucket(String name) {
        return met(find(name));
    }

    /** The bucket of the call as {@link #bucket} gives it, and what a key in it names. */
    Located object(String name, String keyText, Optional<VersionId> version) {
        if (!ObjectKey.isValid(keyText)) {
            return new Located(bucket(name), Optional.empty());
        }
        var located =
                index.locate(valid(name), new ObjectKey(keyText), version)
                        .orElseThrow(S3Faults::noSuchBucket);
        var _ = met(located.bucket());
        return located;
    }

    private static Bucket met(Bucket bucket) {
        CallTrace.met(bucket);
        demandOwner(bucket, Caller.current().head().header("x-amz-expected-bucket-owner"));
        return bucket;
    }

    /** The bucket that a copy is made from. */
    Bucket source(String name) {
        var bucket = find(name);
        demandOwner(bucket, Caller.current().head().header("x-amz-source-expected-bucket-owner"));
        return bucket;
    }

    private Bucket find(String name) {
        return index.bucket(valid(name)).orElseThrow(S3Faults::noSuchBucket);
    }

    private static BucketName valid(String name) {
        if (!BucketName.isValid(name)) {
            throw Fault.invalid("InvalidBucketName", "The specified bucket is not valid.");
        }
        return new BucketName(name);
    }

    private static void demandOwner(Bucket bucket, @Nullable String expected) {
        if (expected != null && !bucket.owner().value().equals(expected)) {
            throw S3Faults.accessDenied();
        }
    }

    void demand(String action, Bucket bucket) {
        authorization.demand(
                Caller.current(), action, bucket, Optional.empty(), AccessContext.NONE);
    }

    void demand(String action, Bucket bucket, ObjectKey key, AccessContext context) {
        authorization.demand(Caller.current(), action, bucket, Optional.of(key), context);
    }

    /** Whether the caller may; for what is only left out otherwise. */
    boolean may(String action, Bucket bucket, ObjectKey key, AccessContext context) {
        try {
            demand(action, bucket, key, context);
            return true;
        } catch (Fault denied) {
            return false;
        }
    }

    /**
     * What a caller is told of a key that is not there: that it is not, or nothing, if he may not
     * list the bucket.
     */
    Fault absent(Bucket bucket, Fault fault) {
        try {
            demand("s3:ListBucket", bucket);
            return fault;
        } catch (Fault denied) {
            return denied;
        }
    }

    /** The caller's account; strangers have none, and may not do what needs one. */
    static AccountId account() {
        return Caller.current().account().orElseThrow(S3Faults::accessDenied);
    }

    static ObjectKey key(String text) {
        if (!ObjectKey.isValid(text)) {
            throw Fault.invalid("KeyTooLongError", "Your key is too long");
        }
        return new ObjectKey(text);
    }

    static Optional<VersionId> version(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        if (!VersionId.isValid(text)) {
            throw S3Faults.invalidArgument("Invalid version id specified");
        }
        return Optional.of(new VersionId(text));
    }
}
