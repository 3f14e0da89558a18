package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.s3.S3Faults;
import java.util.Optional;

/**
 * How a request, or a bucket, wants KMS to be used.
 *
 * @param keyId empty = the account's own
 * @param bucketKey whether the key that wraps is one of the bucket's
 */
record KmsWish(Optional<String> keyId, EncryptionContext context, boolean bucketKey) {
    private static final String START = "x-amz-server-side-encryption-";
    private static final String KEY_ID = START + "aws-kms-key-id";
    private static final String CONTEXT = START + "context";
    private static final String BUCKET_KEY = START + "bucket-key-enabled";

    KmsWish {
        requireNonNull(keyId);
        requireNonNull(context);
    }

    /** Of a request that names KMS; what it leaves open is as the bucket has it. */
    static KmsWish of(HttpCall head, Optional<KmsWish> byDefault) {
        var keyId = head.header(KEY_ID);
        var context = head.header(CONTEXT);
        var bucketKey = head.header(BUCKET_KEY);
        return new KmsWish(
                Optional.ofNullable(keyId),
                context == null ? EncryptionContext.NONE : EncryptionContext.parse(context),
                bucketKey == null
                        ? byDefault.filter(KmsWish::bucketKey).isPresent()
                        : Boolean.parseBoolean(bucketKey));
    }

    /** Of a request that names nothing, in a bucket that has a default. */
    KmsWish with(HttpCall head) {
        var bucketKey = head.header(BUCKET_KEY);
        return bucketKey == null
                ? this
                : new KmsWish(keyId, context, Boolean.parseBoolean(bucketKey));
    }

    /**
     * Holds a request that does not name KMS to not speaking of it.
     *
     * @throws io.brume.common.aws.Fault {@code InvalidArgument}
     */
    static void demandNone(HttpCall head) {
        if (head.headers().containsKey(KEY_ID) || head.headers().containsKey(CONTEXT)) {
            throw S3Faults.invalidArgument(
                    "Server Side Encryption with AWS KMS managed key requires HTTP header"
                            + " x-amz-server-side-encryption : aws:kms");
        }
    }
}
