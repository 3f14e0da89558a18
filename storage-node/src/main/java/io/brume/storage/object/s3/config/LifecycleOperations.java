package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketLifecycleConfiguration;
import software.amazon.awssdk.services.s3.model.DeleteBucketLifecycleRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketLifecycleResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLifecycleConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLifecycleConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketLifecycleConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketLifecycleConfigurationResponse;
import software.amazon.awssdk.services.s3.model.TransitionDefaultMinimumObjectSize;

/** S3's operations on how a bucket's objects come to an end. */
final class LifecycleOperations extends S3Noun {
    private final BucketCalls calls;

    LifecycleOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutBucketLifecycleConfigurationResponse putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "PutBucketLifecycleConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        if (request.transitionDefaultMinimumObjectSize() != null
                && request.transitionDefaultMinimumObjectSize()
                        != TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K) {
            throw S3Faults.notImplemented("Transition of small objects");
        }
        if (request.lifecycleConfiguration() == null) {
            throw S3Faults.malformedXml();
        }
        var checked = LifecycleChecks.checked(request.lifecycleConfiguration());
        var document = Documents.write("LifecycleConfiguration", checked);
        calls.configure(bucket, BucketSetting.LIFECYCLE, Optional.of(document));
        return PutBucketLifecycleConfigurationResponse.builder()
                .transitionDefaultMinimumObjectSize(
                        TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K)
                .build();
    }

    @Override
    public GetBucketLifecycleConfigurationResponse getBucketLifecycleConfiguration(
            GetBucketLifecycleConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "GetBucketLifecycleConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        var configuration =
                Documents.read(bucket, BucketSetting.LIFECYCLE, BucketLifecycleConfiguration.class)
                        .orElseThrow(() ->
                                S3Faults.absent(
                                        "NoSuchLifecycleConfiguration",
                                        "The lifecycle configuration does not exist"));
        return GetBucketLifecycleConfigurationResponse.builder()
                .rules(configuration.rules())
                .transitionDefaultMinimumObjectSize(
                        TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K)
                .build();
    }

    @Override
    public DeleteBucketLifecycleResponse deleteBucketLifecycle(
            DeleteBucketLifecycleRequest request) {
        calls.unset(
                "DeleteBucketLifecycle",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.LIFECYCLE);
        return DeleteBucketLifecycleResponse.builder().build();
    }
}
