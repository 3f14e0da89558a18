package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.s3.CanonicalUser;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.Owner;

/** Buckets as such. */
public final class BucketOperations extends S3Noun {
    private static final int MOST_LISTED = 10_000;
    private static final String FIRST_REGION = "us-east-1";

    private final S3Parts parts;
    private final Access access;

    public BucketOperations(S3Parts parts) {
        this.parts = requireNonNull(parts);
        this.access = new Access(parts);
    }

    @Override
    public CreateBucketResponse createBucket(CreateBucketRequest request) {
        var account = Access.account();
        if (!BucketName.isValid(request.bucket())) {
            throw Fault.invalid("InvalidBucketName", "The specified bucket is not valid.");
        }
        demandHere(request);
        boolean lock = Boolean.TRUE.equals(request.objectLockEnabledForBucket());
        parts.index()
                .createBucket(
                        new BucketName(request.bucket()),
                        account,
                        parts.region(),
                        lock,
                        parts.bucketRules().documents(request));
        return CreateBucketResponse.builder().location("/" + request.bucket()).build();
    }

    private void demandHere(CreateBucketRequest request) {
        var configuration = request.createBucketConfiguration();
        if (configuration == null) {
            return;
        }
        if (configuration.location() != null || configuration.bucket() != null) {
            throw S3Faults.notImplemented("A directory bucket");
        }
        var constraint = configuration.locationConstraintAsString();
        if (constraint != null && !constraint.isEmpty() && !constraint.equals(parts.region())) {
            throw Fault.invalid(
                    "InvalidLocationConstraint", "The specified location-constraint is not valid");
        }
    }

    @Override
    public ListBucketsResponse listBuckets(ListBucketsRequest request) {
        var account = Access.account();
        int limit = limit(request.maxBuckets());
        var prefix = request.prefix() == null ? "" : request.prefix();
        var after =
                request.continuationToken() == null ? "" : Tokens.read(request.continuationToken());
        var found = parts.index().buckets(account, prefix, after, limit + 1);
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        return ListBucketsResponse.builder()
                .owner(Owner.builder().id(CanonicalUser.id(account)).build())
                .buckets(
                        page.stream()
                                .filter(bucket -> isIn(bucket.region(), request.bucketRegion()))
                                .map(bucket ->
                                        Bucket.builder()
                                                .name(bucket.name().value())
                                                .creationDate(bucket.created())
                                                .bucketRegion(bucket.region())
                                                .build())
                                .toList())
                .prefix(request.prefix())
                .continuationToken(more ? Tokens.of(page.getLast().name().value()) : null)
                .build();
    }

    private static boolean isIn(String region, @Nullable String wanted) {
        return wanted == null || wanted.equals(region);
    }

    private static int limit(@Nullable Integer wanted) {
        if (wanted == null) {
            return MOST_LISTED;
        }
        if (wanted < 1 || wanted > MOST_LISTED) {
            throw S3Faults.invalidArgument(
                    "Argument max-buckets must be an integer between 1 and 10000");
        }
        return wanted;
    }

    @Override
    public HeadBucketResponse headBucket(HeadBucketRequest request) {
        var bucket = access.bucket(request.bucket());
        access.demand("s3:ListBucket", bucket);
        return HeadBucketResponse.builder()
                .bucketRegion(bucket.region())
                .accessPointAlias(false)
                .build();
    }

    @Override
    public GetBucketLocationResponse getBucketLocation(GetBucketLocationRequest request) {
        var bucket = access.bucket(request.bucket());
        access.demand("s3:GetBucketLocation", bucket);
        var region = bucket.region();
        return GetBucketLocationResponse.builder()
                .locationConstraint(region.equals(FIRST_REGION) ? null : region)
                .build();
    }

    @Override
    public DeleteBucketResponse deleteBucket(DeleteBucketRequest request) {
        var bucket = access.bucket(request.bucket());
        access.demand("s3:DeleteBucket", bucket);
        parts.index().deleteBucket(bucket.name());
        return DeleteBucketResponse.builder().build();
    }
}
