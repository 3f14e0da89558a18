package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteBucketAnalyticsConfigurationRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketAnalyticsConfigurationResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketIntelligentTieringConfigurationRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketIntelligentTieringConfigurationResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketMetricsConfigurationRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketMetricsConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketAnalyticsConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAnalyticsConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketIntelligentTieringConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketIntelligentTieringConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketMetricsConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketMetricsConfigurationResponse;
import software.amazon.awssdk.services.s3.model.ListBucketAnalyticsConfigurationsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketAnalyticsConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.ListBucketIntelligentTieringConfigurationsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketIntelligentTieringConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.ListBucketMetricsConfigurationsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketMetricsConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.PutBucketAnalyticsConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketAnalyticsConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketIntelligentTieringConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketIntelligentTieringConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketMetricsConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketMetricsConfigurationResponse;

/**
 * S3's operations on what a bucket can have watched or moved of its objects. Nothing is yet: none
 * can be set, and there is none to be read.
 */
final class AnalysisOperations extends S3Noun {
    private final BucketCalls calls;

    AnalysisOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    private void demand(String operation, String bucket, @Nullable String expectedOwner) {
        calls.bucket(operation, bucket, expectedOwner);
    }

    /** What there is none of, under any name. */
    static Fault absent() {
        return S3Faults.absent(
                "NoSuchConfiguration", "The specified configuration does not exist.");
    }

    @Override
    public GetBucketAnalyticsConfigurationResponse getBucketAnalyticsConfiguration(
            GetBucketAnalyticsConfigurationRequest request) {
        demand("GetBucketAnalyticsConfiguration", request.bucket(), request.expectedBucketOwner());
        throw absent();
    }

    @Override
    public ListBucketAnalyticsConfigurationsResponse listBucketAnalyticsConfigurations(
            ListBucketAnalyticsConfigurationsRequest request) {
        demand(
                "ListBucketAnalyticsConfigurations",
                request.bucket(),
                request.expectedBucketOwner());
        return ListBucketAnalyticsConfigurationsResponse.builder().isTruncated(false).build();
    }

    @Override
    public PutBucketAnalyticsConfigurationResponse putBucketAnalyticsConfiguration(
            PutBucketAnalyticsConfigurationRequest request) {
        demand("PutBucketAnalyticsConfiguration", request.bucket(), request.expectedBucketOwner());
        throw S3Faults.notImplemented("Storage class analysis");
    }

    @Override
    public DeleteBucketAnalyticsConfigurationResponse deleteBucketAnalyticsConfiguration(
            DeleteBucketAnalyticsConfigurationRequest request) {
        demand(
                "DeleteBucketAnalyticsConfiguration",
                request.bucket(),
                request.expectedBucketOwner());
        throw absent();
    }

    @Override
    public GetBucketIntelligentTieringConfigurationResponse
            getBucketIntelligentTieringConfiguration(
                    GetBucketIntelligentTieringConfigurationRequest request) {
        demand(
                "GetBucketIntelligentTieringConfiguration",
                request.bucket(),
                request.expectedBucketOwner());
        throw absent();
    }

    @Override
    public ListBucketIntelligentTieringConfigurationsResponse
            listBucketIntelligentTieringConfigurations(
                    ListBucketIntelligentTieringConfigurationsRequest request) {
        demand(
                "ListBucketIntelligentTieringConfigurations",
                request.bucket(),
                request.expectedBucketOwner());
        return ListBucketIntelligentTieringConfigurationsResponse.builder()
                .isTruncated(false)
                .build();
    }

    @Override
    public PutBucketIntelligentTieringConfigurationResponse
            putBucketIntelligentTieringConfiguration(
                    PutBucketIntelligentTieringConfigurationRequest request) {
        demand(
                "PutBucketIntelligentTieringConfiguration",
                request.bucket(),
                request.expectedBucketOwner());
        throw S3Faults.notImplemented("Intelligent tiering");
    }

    @Override
    public DeleteBucketIntelligentTieringConfigurationResponse
            deleteBucketIntelligentTieringConfiguration(
                    DeleteBucketIntelligentTieringConfigurationRequest request) {
        demand(
                "DeleteBucketIntelligentTieringConfiguration",
                request.bucket(),
                request.expectedBucketOwner());
        throw absent();
    }

    @Override
    public GetBucketMetricsConfigurationResponse getBucketMetricsConfiguration(
            GetBucketMetricsConfigurationRequest request) {
        demand("GetBucketMetricsConfiguration", request.bucket(), request.expectedBucketOwner());
        throw absent();
    }

    @Override
    public ListBucketMetricsConfigurationsResponse listBucketMetricsConfigurations(
            ListBucketMetricsConfigurationsRequest request) {
        demand("ListBucketMetricsConfigurations", request.bucket(), request.expectedBucketOwner());
        return ListBucketMetricsConfigurationsResponse.builder().isTruncated(false).build();
    }

    @Override
    public PutBucketMetricsConfigurationResponse putBucketMetricsConfiguration(
            PutBucketMetricsConfigurationRequest request) {
        demand("PutBucketMetricsConfiguration", request.bucket(), request.expectedBucketOwner());
        throw S3Faults.notImplemented("A filter of request metrics");
    }

    @Override
    public DeleteBucketMetricsConfigurationResponse deleteBucketMetricsConfiguration(
            DeleteBucketMetricsConfigurationRequest request) {
        demand("DeleteBucketMetricsConfiguration", request.bucket(), request.expectedBucketOwner());
        throw absent();
    }
}
