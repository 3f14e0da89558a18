package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.DeletePublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.DeletePublicAccessBlockResponse;
import software.amazon.awssdk.services.s3.model.GetPublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.GetPublicAccessBlockResponse;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.PutPublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.PutPublicAccessBlockResponse;

/** S3's operations on the public access block of a bucket. */
final class PublicAccessOperations extends S3Noun {
    private final BucketCalls calls;

    PublicAccessOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutPublicAccessBlockResponse putPublicAccessBlock(PutPublicAccessBlockRequest request) {
        var bucket =
                calls.bucket(
                        "PutPublicAccessBlock", request.bucket(), request.expectedBucketOwner());
        var document = PublicAccess.document(request.publicAccessBlockConfiguration());
        calls.configure(bucket, BucketSetting.PUBLIC_ACCESS_BLOCK, Optional.of(document));
        return PutPublicAccessBlockResponse.builder().build();
    }

    @Override
    public GetPublicAccessBlockResponse getPublicAccessBlock(GetPublicAccessBlockRequest request) {
        var bucket =
                calls.bucket(
                        "GetPublicAccessBlock", request.bucket(), request.expectedBucketOwner());
        return GetPublicAccessBlockResponse.builder()
                .publicAccessBlockConfiguration(
                        Documents.read(
                                        bucket,
                                        BucketSetting.PUBLIC_ACCESS_BLOCK,
                                        PublicAccessBlockConfiguration.class)
                                .orElseThrow(() ->
                                        S3Faults.absent(
                                                "NoSuchPublicAccessBlockConfiguration",
                                                "The public access block configuration was not"
                                                        + " found")))
                .build();
    }

    @Override
    public DeletePublicAccessBlockResponse deletePublicAccessBlock(
            DeletePublicAccessBlockRequest request) {
        calls.unset(
                "DeletePublicAccessBlock",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.PUBLIC_ACCESS_BLOCK);
        return DeletePublicAccessBlockResponse.builder().build();
    }
}
