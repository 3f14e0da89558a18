package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.DeleteBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketEncryptionResponse;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionResponse;
import software.amazon.awssdk.services.s3.model.PutBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.PutBucketEncryptionResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionConfiguration;

/**
 * S3's operations on how a bucket's objects are encrypted by default. A bucket that nothing is set
 * for keeps its objects as they are, and says so.
 */
final class EncryptionOperations extends S3Noun {
    private final BucketCalls calls;
    private final Encryptions encryptions;

    EncryptionOperations(BucketCalls calls, Encryptions encryptions) {
        this.calls = requireNonNull(calls);
        this.encryptions = requireNonNull(encryptions);
    }

    @Override
    public GetBucketEncryptionResponse getBucketEncryption(GetBucketEncryptionRequest request) {
        var bucket =
                calls.bucket(
                        "GetBucketEncryption", request.bucket(), request.expectedBucketOwner());
        var configuration =
                Documents.read(
                                bucket,
                                BucketSetting.ENCRYPTION,
                                ServerSideEncryptionConfiguration.class)
                        .orElseThrow(() ->
                                S3Faults.absent(
                                        "ServerSideEncryptionConfigurationNotFoundError",
                                        "The server side encryption configuration was not found"));
        return GetBucketEncryptionResponse.builder()
                .serverSideEncryptionConfiguration(configuration)
                .build();
    }

    @Override
    public PutBucketEncryptionResponse putBucketEncryption(PutBucketEncryptionRequest request) {
        var bucket =
                calls.bucket(
                        "PutBucketEncryption", request.bucket(), request.expectedBucketOwner());
        var configuration = request.serverSideEncryptionConfiguration();
        demandValid(bucket, configuration);
        calls.configure(
                bucket,
                BucketSetting.ENCRYPTION,
                Optional.of(Documents.write("ServerSideEncryptionConfiguration", configuration)));
        return PutBucketEncryptionResponse.builder().build();
    }

    /**
     * AWS takes any name for a key, and refuses the objects later; to be told at once is better.
     */
    private void demandValid(Bucket bucket, ServerSideEncryptionConfiguration configuration) {
        if (configuration.rules().size() != 1) {
            throw S3Faults.malformedXml();
        }
        var byDefault = configuration.rules().getFirst().applyServerSideEncryptionByDefault();
        if (byDefault == null || byDefault.sseAlgorithm() == null) {
            throw S3Faults.malformedXml();
        }
        var key = byDefault.kmsMasterKeyID();
        if (byDefault.sseAlgorithm() == ServerSideEncryption.AWS_KMS) {
            if (key != null) {
                encryptions.demandKmsKey(bucket, key);
            }
            return;
        }
        if (byDefault.sseAlgorithm() != ServerSideEncryption.AES256) {
            throw S3Faults.notImplemented("Encryption by " + byDefault.sseAlgorithmAsString());
        }
        if (key != null) {
            throw S3Faults.invalidArgument(
                    "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms"
                            + " or aws:kms:dsse");
        }
    }

    @Override
    public DeleteBucketEncryptionResponse deleteBucketEncryption(
            DeleteBucketEncryptionRequest request) {
        calls.unset(
                "DeleteBucketEncryption",
                request.bucket(),
                request.expectedBucketOwner(),
                BucketSetting.ENCRYPTION);
        return DeleteBucketEncryptionResponse.builder().build();
    }
}
