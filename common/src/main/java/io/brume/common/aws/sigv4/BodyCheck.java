package io.brume.common.aws.sigv4;

import io.brume.common.aws.Fault;
import java.security.MessageDigest;
import java.util.function.Supplier;

/** One promise about a body, held against its bytes as they pass. One thread at a time. */
interface BodyCheck {
    /** Sees the next bytes. */
    void update(byte[] bytes, int offset, int count);

    /**
     * Called at the end of the body.
     *
     * @throws Fault when the promise was not kept
     */
    void finish();

    /** The body's checksum is this one; asked for at the end, since a trailer comes last. */
    static BodyCheck of(ChecksumAlgorithm algorithm, Supplier<String> expected) {
        var checksum = algorithm.start();
        return new BodyCheck() {
            @Override
            public void update(byte[] bytes, int offset, int count) {
                checksum.update(bytes, offset, count);
            }

            @Override
            public void finish() {
                var given = expected.get();
                if (!given.isEmpty()) {
                    algorithm.demandWellFormed(given);
                }
                // An announced trailer that did not come is refused as such by the framing's own
                // check; what did come must be right.
                if (!given.isEmpty() && !Digests.same(checksum.base64(), given)) {
                    throw algorithm.mismatch();
                }
            }
        };
    }

    static BodyCheck sha256Hex(String expected) {
        MessageDigest digest = Digests.sha256();
        return new BodyCheck() {
            @Override
            public void update(byte[] bytes, int offset, int count) {
                digest.update(bytes, offset, count);
            }

            @Override
            public void finish() {
                if (!Digests.same(expected, Digests.hex(digest.digest()))) {
                    throw SignatureProblem.PAYLOAD_MISMATCH.in(
                            Dialect.S3,
                            "The provided 'x-amz-content-sha256' header does not match what was"
                                    + " computed.");
                }
            }
        };
    }

    static BodyCheck length(long expected) {
        return new BodyCheck() {
            private long seen;

            @Override
            public void update(byte[] bytes, int offset, int count) {
                seen += count;
                if (seen > expected) {
                    throw incomplete();
                }
            }

            @Override
            public void finish() {
                if (seen != expected) {
                    throw incomplete();
                }
            }
        };
    }

    static BodyCheck atEnd(Runnable check) {
        return new BodyCheck() {
            @Override
            public void update(byte[] bytes, int offset, int count) {}

            @Override
            public void finish() {
                check.run();
            }
        };
    }

    static Fault incomplete() {
        return Fault.invalid(
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP"
                        + " header");
    }
}
