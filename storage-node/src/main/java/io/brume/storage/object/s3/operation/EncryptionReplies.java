package io.brume.storage.object.s3.operation;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/** How a content was encrypted, as the answers have it that are AWS's model classes. */
final class EncryptionReplies {
    private static final String SERVERS = "x-amz-server-side-encryption";
    private static final String KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
    private static final String CONTEXT = "x-amz-server-side-encryption-context";
    private static final String BUCKET_KEY = "x-amz-server-side-encryption-bucket-key-enabled";
    private static final String ALGORITHM = "x-amz-server-side-encryption-customer-algorithm";
    private static final String MD5 = "x-amz-server-side-encryption-customer-key-MD5";

    private EncryptionReplies() {}

    static void of(Map<String, String> headers, CopyObjectResponse.Builder answer) {
        answer.serverSideEncryption(headers.get(SERVERS))
                .ssekmsKeyId(headers.get(KMS_KEY))
                .ssekmsEncryptionContext(headers.get(CONTEXT))
                .bucketKeyEnabled(bucketKey(headers))
                .sseCustomerAlgorithm(headers.get(ALGORITHM))
                .sseCustomerKeyMD5(headers.get(MD5));
    }

    static void of(Map<String, String> headers, UploadPartCopyResponse.Builder answer) {
        answer.serverSideEncryption(headers.get(SERVERS))
                .ssekmsKeyId(headers.get(KMS_KEY))
                .bucketKeyEnabled(bucketKey(headers))
                .sseCustomerAlgorithm(headers.get(ALGORITHM))
                .sseCustomerKeyMD5(headers.get(MD5));
    }

    static void of(Map<String, String> headers, CreateMultipartUploadResponse.Builder answer) {
        answer.serverSideEncryption(headers.get(SERVERS))
                .ssekmsKeyId(headers.get(KMS_KEY))
                .ssekmsEncryptionContext(headers.get(CONTEXT))
                .bucketKeyEnabled(bucketKey(headers))
                .sseCustomerAlgorithm(headers.get(ALGORITHM))
                .sseCustomerKeyMD5(headers.get(MD5));
    }

    static void of(Map<String, String> headers, CompleteMultipartUploadResponse.Builder answer) {
        answer.serverSideEncryption(headers.get(SERVERS))
                .ssekmsKeyId(headers.get(KMS_KEY))
                .bucketKeyEnabled(bucketKey(headers));
    }

    /** Null where there is none, and no header then. */
    private static @Nullable Boolean bucketKey(Map<String, String> headers) {
        return headers.containsKey(BUCKET_KEY) ? Boolean.TRUE : null;
    }
}
