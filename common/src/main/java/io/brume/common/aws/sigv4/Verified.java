package io.brume.common.aws.sigv4;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * A request whose signature holds.
 *
 * @param owner whom the access key speaks for
 * @param accessKeyId the key that signed
 * @param scope the signature's scope
 * @param signedAt the time that the signature carries
 * @param presigned whether the signature was in the URL
 * @param payload what remains to be checked while the body is read
 */
public record Verified<O>(
        O owner,
        String accessKeyId,
        CredentialScope scope,
        Instant signedAt,
        boolean presigned,
        Payload payload) {

    /**
     * The body behind its framing. Read to the end before believing any of it: only the end shows
     * that length, hash, chunk signatures and checksums hold; until then it may be forged. Throws
     * {@link io.brume.common.aws.Fault} from {@code read} when they do not.
     */
    public VerifyingInputStream body(InputStream raw) {
        return payload.open(raw);
    }

    /**
     * The whole body of a request that was taken in complete, checked.
     *
     * @throws io.brume.common.aws.Fault when it is not what was signed
     */
    public byte[] body(byte[] raw) {
        try (var in = payload.open(new ByteArrayInputStream(raw))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
    }

    /**
     * For an operation whose body must be signed, in a dialect that lets others leave it out.
     *
     * @throws io.brume.common.aws.Fault when the signature leaves the body out
     */
    public void demandSignedBody(Dialect dialect) {
        if (payload.isUnsigned()) {
            throw SignatureProblem.PAYLOAD_MISMATCH.in(
                    dialect, "The body of this operation must be signed.");
        }
    }
}
