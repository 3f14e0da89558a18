package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Authorization;
import io.brume.storage.object.s3.CallTrace;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all operations here begin and end with: the bucket or the object is there, the caller may,
 * and the index does it.
 */
final class BucketCalls {
    private final ObjectIndex index;
    private final Authorization authorization;

    BucketCalls(ObjectIndex index, Authorization authorization) {
        this.index = requireNonNull(index);
        this.authorization = requireNonNull(authorization);
    }

    /** A version of an object, its bucket, and which version was named. */
    record Found(Bucket bucket, ObjectVersion version, Optional<VersionId> named) {}

    /**
     * The bucket, when the caller may do the operation on it.
     *
     * @param operation AWS's name of it
     * @param expectedOwner the account that the caller takes for its owner; null = does not say
     */
    Bucket bucket(String operation, String name, @Nullable String expectedOwner) {
        return allowed(S3Actions.of(operation), name, expectedOwner);
    }

    /** The bucket, when the caller may do something that is no operation of S3. */
    Bucket allowed(String action, String name, @Nullable String expectedOwner) {
        var bucket = find(name, expectedOwner);
        authorization.demand(
                Caller.current(), action, bucket, Optional.empty(), AccessContext.NONE);
        return bucket;
    }

    private Bucket find(String name, @Nullable String expectedOwner) {
        if (!BucketName.isValid(name)) {
            throw Fault.invalid("InvalidBucketName", "The specified bucket is not valid.");
        }
        var bucket = index.bucket(new BucketName(name)).orElseThrow(S3Faults::noSuchBucket);
        CallTrace.met(bucket);
        if (expectedOwner != null && !expectedOwner.equals(bucket.owner().value())) {
            throw S3Faults.accessDenied();
        }
        return bucket;
    }

    /** What the bucket is configured to; empty where it is not. */
    Optional<String> document(
            String operation, String name, @Nullable String expectedOwner, BucketSetting setting) {
        return bucket(operation, name, expectedOwner).document(setting);
    }

    /** Sets a document, or takes it away. */
    void configure(Bucket bucket, BucketSetting setting, Optional<String> document) {
        changing(() -> index.configure(bucket.name(), setting, document));
    }

    /**
     * Changes a document that others may change at the same time.
     *
     * @param change what of the bucket as it is becomes of the document; may be called again
     */
    void reconfigure(
            Bucket bucket, BucketSetting setting, Function<Bucket, Optional<String>> change) {
        var now = bucket;
        while (true) {
            try {
                index.reconfigure(now.name(), setting, now.document(setting), change.apply(now));
                return;
            } catch (IndexFault fault) {
                if (fault.reason() != IndexFault.Reason.PRECONDITION_FAILED) {
                    throw S3Faults.of(fault);
                }
                now = index.bucket(bucket.name()).orElseThrow(S3Faults::noSuchBucket);
            }
        }
    }

    /** Takes a configuration away; that there is none is no error. */
    void unset(
            String operation, String name, @Nullable String expectedOwner, BucketSetting setting) {
        configure(bucket(operation, name, expectedOwner), setting, Optional.empty());
    }

    /** A version of an object, when the caller may do the operation on it. */
    Found version(
            String operation,
            String bucketName,
            String key,
            @Nullable String versionId,
            @Nullable String expectedOwner) {
        var bucket = find(bucketName, expectedOwner);
        var named = named(versionId);
        var objectKey = key(key);
        var found = changing(() -> index.find(bucket.name(), objectKey, named));
        authorization.demand(
                Caller.current(),
                S3Actions.of(operation, named.isPresent()),
                bucket,
                Optional.of(objectKey),
                AccessContext.of(found));
        var version =
                found.orElseThrow(
                        () -> named.isPresent() ? S3Faults.noSuchVersion() : S3Faults.noSuchKey());
        if (version.isDeleteMarker()) {
            throw named.isPresent() ? S3Faults.methodNotAllowed() : S3Faults.noSuchKey();
        }
        return new Found(bucket, version, named);
    }

    private static ObjectKey key(String key) {
        if (!ObjectKey.isValid(key)) {
            throw S3Faults.noSuchKey();
        }
        return new ObjectKey(key);
    }

    private static Optional<VersionId> named(@Nullable String versionId) {
        if (versionId == null) {
            return Optional.empty();
        }
        if (!VersionId.isValid(versionId)) {
            throw S3Faults.invalidArgument("Invalid version id specified");
        }
        return Optional.of(new VersionId(versionId));
    }

    /** Sets what is set for one version. */
    void set(
            Found found,
            ObjectSetting setting,
            Optional<String> document,
            boolean bypassGovernance) {
        if (bypassGovernance) {
            authorization.demand(
                    Caller.current(),
                    "s3:BypassGovernanceRetention",
                    found.bucket(),
                    Optional.of(found.version().key()),
                    AccessContext.of(Optional.of(found.version())));
        }
        // the version that was looked at, whatever has been put since
        changing(() ->
                index.set(
                        found.bucket().name(),
                        found.version().key(),
                        Optional.of(found.version().versionId()),
                        setting,
                        document,
                        bypassGovernance));
    }

    private static <T> T changing(Supplier<T> change) {
        try {
            return change.get();
        } catch (IndexFault fault) {
            throw S3Faults.of(fault);
        }
    }
}
