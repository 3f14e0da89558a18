package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketLoggingStatus;
import software.amazon.awssdk.services.s3.model.GetBucketLoggingRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLoggingResponse;
import software.amazon.awssdk.services.s3.model.LoggingEnabled;
import software.amazon.awssdk.services.s3.model.PartitionDateSource;
import software.amazon.awssdk.services.s3.model.PutBucketLoggingRequest;
import software.amazon.awssdk.services.s3.model.PutBucketLoggingResponse;

/** S3's operations on where a bucket's accesses are logged. */
final class LoggingOperations extends S3Noun {
    private static final int MOST_PREFIX = 512;

    private final BucketCalls calls;
    private final ObjectIndex index;

    LoggingOperations(BucketCalls calls, ObjectIndex index) {
        this.calls = requireNonNull(calls);
        this.index = requireNonNull(index);
    }

    @Override
    public GetBucketLoggingResponse getBucketLogging(GetBucketLoggingRequest request) {
        var bucket =
                calls.bucket("GetBucketLogging", request.bucket(), request.expectedBucketOwner());
        return GetBucketLoggingResponse.builder()
                .loggingEnabled(
                        Documents.read(bucket, BucketSetting.LOGGING, BucketLoggingStatus.class)
                                .map(BucketLoggingStatus::loggingEnabled)
                                .orElse(null))
                .build();
    }

    @Override
    public PutBucketLoggingResponse putBucketLogging(PutBucketLoggingRequest request) {
        var bucket =
                calls.bucket("PutBucketLogging", request.bucket(), request.expectedBucketOwner());
        var status = request.bucketLoggingStatus();
        if (status.loggingEnabled() == null) {
            calls.configure(bucket, BucketSetting.LOGGING, Optional.empty());
            return PutBucketLoggingResponse.builder().build();
        }
        demandValid(bucket, status.loggingEnabled());
        calls.configure(
                bucket,
                BucketSetting.LOGGING,
                Optional.of(Documents.write("BucketLoggingStatus", status)));
        return PutBucketLoggingResponse.builder().build();
    }

    private void demandValid(Bucket bucket, LoggingEnabled wanted) {
        if (!wanted.targetGrants().isEmpty()) {
            throw S3Faults.notImplemented("A grant on access logs");
        }
        var format = wanted.targetObjectKeyFormat();
        if (format != null
                && format.partitionedPrefix() != null
                && format.partitionedPrefix().partitionDateSource()
                        == PartitionDateSource.EVENT_TIME) {
            throw S3Faults.notImplemented("Partitioning of access logs by the time of events");
        }
        var name = wanted.targetBucket();
        var target =
                name != null && BucketName.isValid(name)
                        ? index.bucket(new BucketName(name))
                        : Optional.<Bucket>empty();
        if (target.isEmpty()) {
            throw invalidTarget("The target bucket for logging does not exist");
        }
        if (!target.get().owner().equals(bucket.owner())) {
            throw invalidTarget(
                    "The owner for the bucket to be logged and the target bucket must be the"
                            + " same.");
        }
        if (wanted.targetPrefix() != null && wanted.targetPrefix().length() > MOST_PREFIX) {
            throw S3Faults.invalidArgument("The target prefix is too long");
        }
    }

    private static Fault invalidTarget(String message) {
        return Fault.invalid("InvalidTargetBucketForLogging", message);
    }
}
