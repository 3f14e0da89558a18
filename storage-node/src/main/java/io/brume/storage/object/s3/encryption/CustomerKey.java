package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.storage.object.s3.S3Faults;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key that a request brings along (SSE-C).
 *
 * @param md5 of it, in base64, as answers name it
 */
record CustomerKey(byte[] bytes, String md5) {
    /** Before the names of the headers that speak of the source of a copy. */
    static final String OF_SOURCE = "x-amz-copy-source-";

    private static final String ALGORITHM = "AES256";

    CustomerKey {
        requireNonNull(bytes);
        requireNonNull(md5);
    }

    /**
     * The key of a request's headers; empty when they name none.
     *
     * @param prefix {@code x-amz-}, or {@link #OF_SOURCE}
     * @throws io.brume.common.aws.Fault {@code InvalidArgument}
     */
    static Optional<CustomerKey> of(HttpCall head, String prefix) {
        var start = prefix + "server-side-encryption-customer-";
        var algorithm = head.header(start + "algorithm");
        var key = head.header(start + "key");
        var md5 = head.header(start + "key-md5");
        if (algorithm == null && key == null && md5 == null) {
            return Optional.empty();
        }
        demandAlgorithm(algorithm);
        if (key == null) {
            throw S3Faults.invalidArgument(
                    "Requests specifying Server Side Encryption with Customer provided keys must"
                            + " provide an appropriate secret key.");
        }
        if (md5 == null) {
            throw S3Faults.invalidArgument(
                    "Requests specifying Server Side Encryption with Customer provided keys must"
                            + " provide the client calculated MD5 of the secret key.");
        }
        return Optional.of(new CustomerKey(decoded(key, md5), md5));
    }

    private static void demandAlgorithm(@Nullable String algorithm) {
        if (algorithm == null) {
            throw S3Faults.invalidArgument(
                    "Requests specifying Server Side Encryption with Customer provided keys must"
                            + " provide a valid encryption algorithm.");
        }
        if (!algorithm.equals(ALGORITHM)) {
            throw S3Faults.invalidArgument(
                    "The Encryption request you specified is not valid. Supported value: AES256.");
        }
    }

    private static byte[] decoded(String text, String md5) {
        byte[] key;
        byte[] promised;
        try {
            key = Base64.getDecoder().decode(text);
            promised = Base64.getDecoder().decode(md5);
        } catch (IllegalArgumentException notBase64) {
            throw wrongKey();
        }
        if (key.length != ContentKey.BYTES) {
            throw wrongKey();
        }
        if (!MessageDigest.isEqual(promised, ChecksumAlgorithm.MD5.of(key))) {
            throw S3Faults.invalidArgument(
                    "The calculated MD5 hash of the key did not match the hash that was provided.");
        }
        return key;
    }

    private static RuntimeException wrongKey() {
        return S3Faults.invalidArgument("The secret key was invalid for the specified algorithm.");
    }
}
