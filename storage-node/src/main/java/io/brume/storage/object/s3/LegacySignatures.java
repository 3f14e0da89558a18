package io.brume.storage.object.s3;

import io.brume.common.aws.Fault;

/**
 * Verifies what old clients still sign with version 2: presigned URLs of AWS's CLI v1. That takes
 * the secret itself, which storage nodes do not have, so somebody else has to say. Thread-safe; may
 * block.
 */
@FunctionalInterface
public interface LegacySignatures {
    /**
     * Verifies a signature.
     *
     * @param accessKeyId what a stranger sent, unverified
     * @param stringToSign what the signature must be of: its HMAC-SHA1, in base64
     * @return whom the access key speaks for
     * @throws Fault when the signature is wrong, or nobody here can tell
     */
    Principal verify(String accessKeyId, String stringToSign, String signature);

    /** Tells clients to use version 4. */
    static LegacySignatures refused() {
        return (accessKeyId, stringToSign, signature) -> {
            throw S3Faults.invalidRequest(
                    "The authorization mechanism you have provided is not supported. Please use"
                            + " AWS4-HMAC-SHA256. (aws configure set default.s3.signature_version"
                            + " s3v4)");
        };
    }
}
