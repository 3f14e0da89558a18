package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import software.amazon.awssdk.services.s3.model.DeleteBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketTaggingResponse;
import software.amazon.awssdk.services.s3.model.GetBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetBucketTaggingResponse;
import software.amazon.awssdk.services.s3.model.PutBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutBucketTaggingResponse;

/** S3's operations on the tags of buckets. */
final class BucketTagOperations extends S3Noun {
    private final BucketCalls calls;

    BucketTagOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutBucketTaggingResponse putBucketTagging(PutBucketTaggingRequest request) {
        var bucket =
                calls.bucket("PutBucketTagging", request.bucket(), request.expectedBucketOwner());
        var tags = BucketTags.checked(request.tagging().tagSet());
        calls.configure(bucket, BucketSetting.TAGGING, BucketTags.document(tags));
        return PutBucketTaggingResponse.builder().build();
    }

    @Override
    public GetBucketTaggingResponse getBucketTagging(GetBucketTaggingRequest request) {
        var bucket =
                calls.bucket("GetBucketTagging", request.bucket(), request.expectedBucketOwner());
        var tags = BucketTags.of(bucket);
        if (tags.isEmpty()) {
            throw S3Faults.absent("NoSuchTagSet", "The TagSet does not exist");
        }
        return GetBucketTaggingResponse.builder().tagSet(BucketTags.list(tags)).build();
    }

    @Override
    public DeleteBucketTaggingResponse deleteBucketTagging(DeleteBucketTaggingRequest request) {
        calls.unset(
                "DeleteBucketTagging",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.TAGGING);
        return DeleteBucketTaggingResponse.builder().build();
    }
}
