package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.DeleteBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketPolicyResponse;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyResponse;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyStatusRequest;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyStatusResponse;
import software.amazon.awssdk.services.s3.model.PutBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.PutBucketPolicyResponse;

/** S3's operations on the policy of a bucket. */
final class PolicyOperations extends S3Noun {
    private final BucketCalls calls;

    PolicyOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public PutBucketPolicyResponse putBucketPolicy(PutBucketPolicyRequest request) {
        var bucket =
                calls.bucket("PutBucketPolicy", request.bucket(), request.expectedBucketOwner());
        var policy = BucketPolicies.checked(request.policy(), bucket.name());
        if (PublicAccess.of(bucket).blockPolicy() && PublicPolicies.isPublic(policy)) {
            throw Fault.denied(
                    "AccessDenied",
                    "User: "
                            + Caller.current().arn()
                            + " is not authorized to perform: s3:PutBucketPolicy on resource:"
                            + " \"arn:aws:s3:::"
                            + bucket.name()
                            + "\" because public policies are prevented by the BlockPublicPolicy"
                            + " setting in S3 Block Public Access.");
        }
        calls.configure(bucket, BucketSetting.POLICY, Optional.of(request.policy()));
        return PutBucketPolicyResponse.builder().build();
    }

    @Override
    public GetBucketPolicyResponse getBucketPolicy(GetBucketPolicyRequest request) {
        var policy =
                calls.document(
                        "GetBucketPolicy",
                        request.bucket(),
                        request.expectedBucketOwner(),
                        BucketSetting.POLICY);
        return GetBucketPolicyResponse.builder()
                .policy(policy.orElseThrow(PolicyOperations::noPolicy))
                .build();
    }

    @Override
    public GetBucketPolicyStatusResponse getBucketPolicyStatus(
            GetBucketPolicyStatusRequest request) {
        var bucket =
                calls.bucket(
                        "GetBucketPolicyStatus", request.bucket(), request.expectedBucketOwner());
        var policy = bucket.document(BucketSetting.POLICY).orElseThrow(PolicyOperations::noPolicy);
        boolean isPublic = PublicPolicies.isPublic(BucketPolicies.checked(policy, bucket.name()));
        return GetBucketPolicyStatusResponse.builder()
                .policyStatus(status -> status.isPublic(isPublic))
                .build();
    }

    @Override
    public DeleteBucketPolicyResponse deleteBucketPolicy(DeleteBucketPolicyRequest request) {
        calls.unset(
                "DeleteBucketPolicy",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.POLICY);
        return DeleteBucketPolicyResponse.builder().build();
    }

    private static Fault noPolicy() {
        return S3Faults.absent("NoSuchBucketPolicy", "The bucket policy does not exist");
    }
}
