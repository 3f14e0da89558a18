package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CORSConfiguration;
import software.amazon.awssdk.services.s3.model.DeleteBucketCorsRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketCorsResponse;
import software.amazon.awssdk.services.s3.model.GetBucketCorsRequest;
import software.amazon.awssdk.services.s3.model.GetBucketCorsResponse;
import software.amazon.awssdk.services.s3.model.PutBucketCorsRequest;
import software.amazon.awssdk.services.s3.model.PutBucketCorsResponse;

/** S3's operations on which web sites' scripts may use a bucket. */
final class CorsOperations extends S3Noun {
    private final BucketCalls calls;

    CorsOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutBucketCorsResponse putBucketCors(PutBucketCorsRequest request) {
        var bucket = calls.bucket("PutBucketCors", request.bucket(), request.expectedBucketOwner());
        CorsRules.demandValid(request.corsConfiguration());
        var document = Documents.write("CORSConfiguration", request.corsConfiguration());
        calls.configure(bucket, BucketSetting.CORS, Optional.of(document));
        return PutBucketCorsResponse.builder().build();
    }

    @Override
    public GetBucketCorsResponse getBucketCors(GetBucketCorsRequest request) {
        var bucket = calls.bucket("GetBucketCors", request.bucket(), request.expectedBucketOwner());
        var configuration =
                Documents.read(bucket, BucketSetting.CORS, CORSConfiguration.class)
                        .orElseThrow(() ->
                                S3Faults.absent(
                                        "NoSuchCORSConfiguration",
                                        "The CORS configuration does not exist"));
        return GetBucketCorsResponse.builder().corsRules(configuration.corsRules()).build();
    }

    @Override
    public DeleteBucketCorsResponse deleteBucketCors(DeleteBucketCorsRequest request) {
        calls.unset(
                "DeleteBucketCors",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.CORS);
        return DeleteBucketCorsResponse.builder().build();
    }
}
