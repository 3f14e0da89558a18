package io.brume.common.aws.sigv4;

import io.brume.common.aws.Fault;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * The checksums that a client may send with a body, in a header or a trailer.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">
 * checking object integrity in S3</a>.
 */
public enum ChecksumAlgorithm {
    CRC32("x-amz-checksum-crc32", 4) {
        @Override
        public RunningChecksum start() {
            return running(new CRC32(), 4);
        }
    },
    CRC32C("x-amz-checksum-crc32c", 4) {
        @Override
        public RunningChecksum start() {
            return running(new CRC32C(), 4);
        }
    },
    CRC64NVME("x-amz-checksum-crc64nvme", 8) {
        @Override
        public RunningChecksum start() {
            return running(new Crc64Nvme(), 8);
        }
    },
    SHA1("x-amz-checksum-sha1", 20) {
        @Override
        public RunningChecksum start() {
            return digesting("SHA-1");
        }
    },
    SHA256("x-amz-checksum-sha256", 32) {
        @Override
        public RunningChecksum start() {
            return digesting("SHA-256");
        }
    },
    /** {@code Content-MD5}: never a trailer. */
    MD5("content-md5", 16) {
        @Override
        public RunningChecksum start() {
            return digesting("MD5");
        }
    };

    private final String header;
    private final int bytes;

    ChecksumAlgorithm(String header, int bytes) {
        this.header = header;
        this.bytes = bytes;
    }

    /** The header or trailer that carries it, in lower case. */
    public String header() {
        return header;
    }

    /** Starts a checksum over no bytes. */
    public abstract RunningChecksum start();

    /** The checksum of some bytes. */
    public final byte[] of(byte[] data) {
        var checksum = start();
        checksum.update(data, 0, data.length);
        return checksum.value();
    }

    static Optional<ChecksumAlgorithm> ofTrailer(String name) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm != MD5 && algorithm.header.equals(name))
                .findFirst();
    }

    /** Refuses a value that is not the base64 of the right number of bytes. */
    void demandWellFormed(String value) {
        int length;
        try {
            length = Base64.getDecoder().decode(value).length;
        } catch (IllegalArgumentException notBase64) {
            length = -1;
        }
        if (length != bytes) {
            throw this == MD5
                    ? Fault.invalid("InvalidDigest", "The Content-MD5 you specified was invalid.")
                    : Fault.invalid(
                            "InvalidRequest", "Value for " + header + " header is invalid.");
        }
    }

    /** What a client is told whose body has another checksum. */
    public Fault mismatch() {
        return Fault.invalid(
                "BadDigest",
                this == MD5
                        ? "The Content-MD5 you specified did not match what we received."
                        : "The "
                                + name()
                                + " you specified did not match the calculated checksum.");
    }

    private static RunningChecksum running(Checksum checksum, int bytes) {
        return new RunningChecksum() {
            @Override
            public void update(byte[] data, int offset, int count) {
                checksum.update(data, offset, count);
            }

            @Override
            public byte[] value() {
                var value = new byte[bytes];
                for (int i = 0; i < bytes; i++) {
                    value[i] = (byte) (checksum.getValue() >>> (8 * (bytes - 1 - i)));
                }
                return value;
            }
        };
    }

    private static RunningChecksum digesting(String algorithm) {
        var digest = Digests.digest(algorithm);
        return new RunningChecksum() {
            @Override
            public void update(byte[] data, int offset, int count) {
                digest.update(data, offset, count);
            }

            @Override
            public byte[] value() {
                return digest.digest();
            }
        };
    }
}
