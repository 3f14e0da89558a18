package io.brume.storage.object.s3.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 in counter mode (NIST SP 800-38A): as long as what it encrypts, and readable from any
 * byte on. That bytes are the ones that were written is what the sums of the blobs are for. To one
 * thread.
 */
final class ContentStream {
    private static final int BLOCK = 16;

    private final Cipher cipher;

    /**
     * @param key used for one content only, so that counting begins at 0
     */
    ContentStream(byte[] key, long offset) {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
            var counter = ByteBuffer.allocate(BLOCK).putLong(BLOCK - Long.BYTES, offset / BLOCK);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(counter.array()));
            cipher.update(new byte[(int) (offset % BLOCK)]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    /** Encrypts the buffer's remaining bytes, or decrypts them: it is the same. */
    ByteBuffer apply(ByteBuffer bytes) {
        var out = ByteBuffer.allocate(bytes.remaining());
        try {
            cipher.update(bytes, out);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("counter mode takes bytes of any number", e);
        }
        return out.flip();
    }
}
