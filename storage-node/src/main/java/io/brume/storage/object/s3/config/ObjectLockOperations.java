package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.time.Time;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.Versioning;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectLegalHoldRequest;
import software.amazon.awssdk.services.s3.model.GetObjectLegalHoldResponse;
import software.amazon.awssdk.services.s3.model.GetObjectLockConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetObjectLockConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRetentionRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRetentionResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.PutObjectLegalHoldRequest;
import software.amazon.awssdk.services.s3.model.PutObjectLegalHoldResponse;
import software.amazon.awssdk.services.s3.model.PutObjectLockConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutObjectLockConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRetentionRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRetentionResponse;

/** S3's operations on the lock of a bucket, and on what holds single objects. */
final class ObjectLockOperations extends S3Noun {
    private final BucketCalls calls;
    private final Time time;

    ObjectLockOperations(BucketCalls calls, Time time) {
        this.calls = requireNonNull(calls);
        this.time = requireNonNull(time);
    }

    @Override
    public PutObjectLockConfigurationResponse putObjectLockConfiguration(
            PutObjectLockConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "PutObjectLockConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        var configuration = request.objectLockConfiguration();
        if (configuration == null || configuration.objectLockEnabled() == null) {
            throw S3Faults.malformedXml();
        }
        DefaultRetentions.demandValid(configuration);
        var document = Documents.write("ObjectLockConfiguration", configuration);
        if (bucket.versioning() != Versioning.ENABLED) {
            throw Fault.conflict(
                            "InvalidBucketState",
                            "Versioning must be 'Enabled' on the bucket to apply a Object Lock"
                                    + " configuration")
                    .withStatus(409);
        }
        calls.configure(bucket, BucketSetting.OBJECT_LOCK, Optional.of(document));
        return PutObjectLockConfigurationResponse.builder().build();
    }

    @Override
    public GetObjectLockConfigurationResponse getObjectLockConfiguration(
            GetObjectLockConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "GetObjectLockConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        if (!bucket.objectLock()) {
            throw S3Faults.absent(
                    "ObjectLockConfigurationNotFoundError",
                    "Object Lock configuration does not exist for this bucket");
        }
        return GetObjectLockConfigurationResponse.builder()
                .objectLockConfiguration(DefaultRetentions.configuration(bucket))
                .build();
    }

    @Override
    public PutObjectRetentionResponse putObjectRetention(PutObjectRetentionRequest request) {
        var found =
                calls.version(
                        "PutObjectRetention",
                        request.bucket(),
                        request.key(),
                        request.versionId(),
                        request.expectedBucketOwner());
        demandLock(found.bucket());
        calls.set(
                found,
                ObjectSetting.RETENTION,
                wanted(request.retention()),
                Boolean.TRUE.equals(request.bypassGovernanceRetention()));
        return PutObjectRetentionResponse.builder().build();
    }

    /** An empty element takes the retention away. */
    private Optional<String> wanted(@Nullable ObjectLockRetention retention) {
        if (retention == null
                || (retention.mode() == null) != (retention.retainUntilDate() == null)) {
            throw S3Faults.malformedXml();
        }
        Schema.demandKnownWords(retention);
        return Optional.ofNullable(retention.retainUntilDate())
                .map(until -> Retentions.document(retention.modeAsString(), until, time.now()));
    }

    @Override
    public GetObjectRetentionResponse getObjectRetention(GetObjectRetentionRequest request) {
        var found =
                calls.version(
                        "GetObjectRetention",
                        request.bucket(),
                        request.key(),
                        request.versionId(),
                        request.expectedBucketOwner());
        demandLock(found.bucket());
        var document = found.version().settings().get(ObjectSetting.RETENTION);
        if (document == null) {
            throw noRetention();
        }
        return GetObjectRetentionResponse.builder().retention(Retentions.parse(document)).build();
    }

    @Override
    public PutObjectLegalHoldResponse putObjectLegalHold(PutObjectLegalHoldRequest request) {
        var found =
                calls.version(
                        "PutObjectLegalHold",
                        request.bucket(),
                        request.key(),
                        request.versionId(),
                        request.expectedBucketOwner());
        demandLock(found.bucket());
        if (request.legalHold() == null || request.legalHold().status() == null) {
            throw S3Faults.malformedXml();
        }
        Schema.demandKnownWords(request.legalHold());
        boolean on = request.legalHold().status() == ObjectLockLegalHoldStatus.ON;
        calls.set(
                found, ObjectSetting.LEGAL_HOLD, on ? Optional.of("ON") : Optional.empty(), false);
        return PutObjectLegalHoldResponse.builder().build();
    }

    @Override
    public GetObjectLegalHoldResponse getObjectLegalHold(GetObjectLegalHoldRequest request) {
        var found =
                calls.version(
                        "GetObjectLegalHold",
                        request.bucket(),
                        request.key(),
                        request.versionId(),
                        request.expectedBucketOwner());
        demandLock(found.bucket());
        if (!found.version().settings().containsKey(ObjectSetting.LEGAL_HOLD)) {
            throw noRetention();
        }
        return GetObjectLegalHoldResponse.builder()
                .legalHold(hold -> hold.status(ObjectLockLegalHoldStatus.ON))
                .build();
    }

    private static void demandLock(Bucket bucket) {
        if (!bucket.objectLock()) {
            throw S3Faults.invalidRequest("Bucket is missing Object Lock Configuration");
        }
    }

    private static Fault noRetention() {
        return S3Faults.absent(
                "NoSuchObjectLockConfiguration",
                "The specified object does not have a ObjectLock configuration");
    }
}
