package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import software.amazon.awssdk.services.s3.model.DeleteBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketEncryptionResponse;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionResponse;
import software.amazon.awssdk.services.s3.model.PutBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.PutBucketEncryptionResponse;

/**
 * S3's operations on how a bucket's objects are encrypted by default. Objects are not encrypted
 * yet, so that nothing can be set and nothing is claimed.
 */
final class EncryptionOperations extends S3Noun {
    private final BucketCalls calls;

    EncryptionOperations(BucketCalls calls) {
        this.calls = requireNonNull(calls);
    }

    @Override
    public GetBucketEncryptionResponse getBucketEncryption(GetBucketEncryptionRequest request) {
        calls.bucket("GetBucketEncryption", request.bucket(), request.expectedBucketOwner());
        throw S3Faults.absent(
                "ServerSideEncryptionConfigurationNotFoundError",
                "The server side encryption configuration was not found");
    }

    @Override
    public PutBucketEncryptionResponse putBucketEncryption(PutBucketEncryptionRequest request) {
        calls.bucket("PutBucketEncryption", request.bucket(), request.expectedBucketOwner());
        throw S3Faults.notImplemented("Encryption by the server");
    }

    @Override
    public DeleteBucketEncryptionResponse deleteBucketEncryption(
            DeleteBucketEncryptionRequest request) {
        calls.bucket("DeleteBucketEncryption", request.bucket(), request.expectedBucketOwner());
        return DeleteBucketEncryptionResponse.builder().build();
    }
}
