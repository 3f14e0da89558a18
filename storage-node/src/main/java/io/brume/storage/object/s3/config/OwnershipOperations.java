package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.DeleteBucketOwnershipControlsRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketOwnershipControlsResponse;
import software.amazon.awssdk.services.s3.model.GetBucketOwnershipControlsRequest;
import software.amazon.awssdk.services.s3.model.GetBucketOwnershipControlsResponse;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.OwnershipControls;
import software.amazon.awssdk.services.s3.model.PutBucketOwnershipControlsRequest;
import software.amazon.awssdk.services.s3.model.PutBucketOwnershipControlsResponse;

/** S3's operations on who owns a bucket's objects. */
final class OwnershipOperations extends S3Noun {
    private final BucketCalls calls;

    OwnershipOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutBucketOwnershipControlsResponse putBucketOwnershipControls(
            PutBucketOwnershipControlsRequest request) {
        var bucket =
                calls.bucket(
                        "PutBucketOwnershipControls",
                        request.bucket(),
                        request.expectedBucketOwner());
        if (request.ownershipControls().rules().size() != 1) {
            throw S3Faults.malformedXml();
        }
        var document = Documents.write("OwnershipControls", request.ownershipControls());
        var wanted = request.ownershipControls().rules().getFirst().objectOwnership();
        if (wanted == ObjectOwnership.BUCKET_OWNER_ENFORCED && Acls.of(bucket).letsOthersIn()) {
            throw Fault.invalid(
                    "InvalidBucketAclWithObjectOwnership",
                    "Bucket cannot have ACLs set with ObjectOwnership's"
                            + " BucketOwnerEnforced setting");
        }
        calls.configure(bucket, BucketSetting.OWNERSHIP_CONTROLS, Optional.of(document));
        return PutBucketOwnershipControlsResponse.builder().build();
    }

    @Override
    public GetBucketOwnershipControlsResponse getBucketOwnershipControls(
            GetBucketOwnershipControlsRequest request) {
        var bucket =
                calls.bucket(
                        "GetBucketOwnershipControls",
                        request.bucket(),
                        request.expectedBucketOwner());
        return GetBucketOwnershipControlsResponse.builder()
                .ownershipControls(
                        Documents.read(
                                        bucket,
                                        BucketSetting.OWNERSHIP_CONTROLS,
                                        OwnershipControls.class)
                                .orElseThrow(() ->
                                        S3Faults.absent(
                                                "OwnershipControlsNotFoundError",
                                                "The bucket ownership controls were not found")))
                .build();
    }

    @Override
    public DeleteBucketOwnershipControlsResponse deleteBucketOwnershipControls(
            DeleteBucketOwnershipControlsRequest request) {
        calls.unset(
                "DeleteBucketOwnershipControls",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.OWNERSHIP_CONTROLS);
        return DeleteBucketOwnershipControlsResponse.builder().build();
    }
}
