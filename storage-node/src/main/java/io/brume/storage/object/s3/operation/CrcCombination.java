package io.brume.storage.object.s3.operation;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import java.util.Optional;

/**
 * The CRC of two runs of bytes from the CRC of each and the length of the second: appending n bytes
 * multiplies the first by x to the 8n modulo the polynomial.
 *
 * <p>Source: Mark Adler's {@code crc32_combine} in zlib. Works for every CRC that begins with the
 * bits it inverts at the end, as ours do. Stateless.
 *
 * @param polynomial without its highest term, lowest bit first
 */
record CrcCombination(int width, long polynomial) {
    /** Of an algorithm; empty when it is no CRC. */
    static Optional<CrcCombination> of(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> Optional.of(new CrcCombination(32, 0xEDB88320L));
            case CRC32C -> Optional.of(new CrcCombination(32, 0x82F63B78L));
            case CRC64NVME -> Optional.of(new CrcCombination(64, 0x9A6C9329AC4BC9B5L));
            case SHA1, SHA256, MD5 -> Optional.empty();
        };
    }

    /** The CRC of what {@code first} is of, followed by what {@code second} is of. */
    long combine(long first, long second, long lengthOfSecond) {
        return multiply(power(lengthOfSecond), first) ^ second;
    }

    /** x to the 8n. */
    private long power(long bytes) {
        long result = 1L << (width - 1);
        long square = 1L << (width - 1 - 8);
        for (long left = bytes; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(square, result);
            }
            square = multiply(square, square);
        }
        return result;
    }

    private long multiply(long a, long b) {
        long product = 0;
        long term = b;
        for (int bit = width - 1; bit >= 0; bit--) {
            if ((a >>> bit & 1) != 0) {
                product ^= term;
            }
            term = (term & 1) == 0 ? term >>> 1 : term >>> 1 ^ polynomial;
        }
        return product;
    }

    /** From the bytes of a checksum, the most significant first. */
    static long ofBytes(byte[] bytes) {
        long value = 0;
        for (byte octet : bytes) {
            value = (value << 8) | (octet & 0xFF);
        }
        return value;
    }

    byte[] toBytes(long value) {
        var bytes = new byte[width / 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> (8 * (bytes.length - 1 - i)));
        }
        return bytes;
    }
}
