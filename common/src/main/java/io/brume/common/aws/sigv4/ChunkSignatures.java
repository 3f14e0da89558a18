package io.brume.common.aws.sigv4;

import io.brume.common.aws.Fault;
import java.time.Instant;

/**
 * The chain of signatures over the chunks of one body: each covers the one before, the first the
 * request's own. One thread at a time.
 */
final class ChunkSignatures {
    /** Where the chain starts: the signature of the request's head. */
    record Seed(SigningKey key, Instant time, CredentialScope scope, String signature) {
        @Override
        public String toString() {
            return "Seed[" + scope + "]";
        }
    }

    private final Seed seed;
    private String previous;

    ChunkSignatures(Seed seed) {
        this.seed = seed;
        this.previous = seed.signature();
    }

    /**
     * Checks the next chunk.
     *
     * @param contentHash the SHA-256 of the chunk's bytes, hexadecimal
     */
    void checkChunk(String contentHash, String given) {
        check("-PAYLOAD", Digests.EMPTY_SHA256 + "\n" + contentHash, given);
    }

    /**
     * Checks the trailing headers, after the last chunk.
     *
     * @param trailers each as {@code name:value}, ended by a line feed
     */
    void checkTrailer(String trailers, String given) {
        check("-TRAILER", Digests.sha256Hex(trailers), given);
    }

    private void check(String kind, String hashes, String given) {
        var expected =
                seed.key()
                        .sign(
                                PresentedSignature.ALGORITHM
                                        + kind
                                        + "\n"
                                        + Timestamps.basic(seed.time())
                                        + "\n"
                                        + seed.scope()
                                        + "\n"
                                        + previous
                                        + "\n"
                                        + hashes);
        if (!Digests.same(expected, given)) {
            throw Fault.denied("SignatureDoesNotMatch", SignatureProblem.DOES_NOT_MATCH);
        }
        previous = expected;
    }
}
