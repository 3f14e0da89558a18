package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.XmlDocuments;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.EncryptionType;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionConfiguration;

/**
 * How a bucket encrypts what says nothing of it.
 *
 * @param kms empty = by SSE-S3
 * @param refusesCustomerKeys whether nothing may be put that is encrypted by SSE-C
 */
record BucketDefault(Optional<KmsWish> kms, boolean refusesCustomerKeys) {
    BucketDefault {
        requireNonNull(kms);
    }

    static BucketDefault parse(String document) {
        var rule =
                XmlDocuments.read(document, ServerSideEncryptionConfiguration.class)
                        .rules()
                        .getFirst();
        var byDefault = rule.applyServerSideEncryptionByDefault();
        var blocked = rule.blockedEncryptionTypes();
        boolean refuses =
                blocked != null && blocked.encryptionType().contains(EncryptionType.SSE_C);
        if (byDefault.sseAlgorithm() != ServerSideEncryption.AWS_KMS) {
            return new BucketDefault(Optional.empty(), refuses);
        }
        return new BucketDefault(
                Optional.of(
                        new KmsWish(
                                Optional.ofNullable(byDefault.kmsMasterKeyID()),
                                EncryptionContext.NONE,
                                Boolean.TRUE.equals(rule.bucketKeyEnabled()))),
                refuses);
    }
}
