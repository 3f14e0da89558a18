package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.MFADelete;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.VersioningConfiguration;

/** S3's operations on whether a bucket keeps versions. */
final class VersioningOperations extends S3Noun {
    private final BucketCalls calls;

    VersioningOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutBucketVersioningResponse putBucketVersioning(PutBucketVersioningRequest request) {
        var bucket =
                calls.bucket(
                        "PutBucketVersioning", request.bucket(), request.expectedBucketOwner());
        var wanted = request.versioningConfiguration();
        if (wanted.mfaDelete() == MFADelete.ENABLED) {
            throw S3Faults.notImplemented("MFA delete");
        }
        if (wanted.status() == null) {
            throw Fault.invalid(
                    "IllegalVersioningConfigurationException",
                    "The Versioning element must be specified");
        }
        var document =
                Documents.write(
                        "VersioningConfiguration",
                        VersioningConfiguration.builder().status(wanted.statusAsString()).build());
        if (wanted.status() == BucketVersioningStatus.SUSPENDED && bucket.objectLock()) {
            throw Fault.conflict(
                            "InvalidBucketState",
                            "An Object Lock configuration is present on this bucket, so the"
                                    + " versioning state cannot be changed.")
                    .withStatus(409);
        }
        calls.configure(bucket, BucketSetting.VERSIONING, Optional.of(document));
        return PutBucketVersioningResponse.builder().build();
    }

    @Override
    public GetBucketVersioningResponse getBucketVersioning(GetBucketVersioningRequest request) {
        var bucket =
                calls.bucket(
                        "GetBucketVersioning", request.bucket(), request.expectedBucketOwner());
        var response = GetBucketVersioningResponse.builder();
        return switch (bucket.versioning()) {
            case OFF -> response.build();
            case ENABLED -> response.status(BucketVersioningStatus.ENABLED).build();
            case SUSPENDED -> response.status(BucketVersioningStatus.SUSPENDED).build();
        };
    }
}
