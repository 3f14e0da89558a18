package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;

/**
 * The checksum that an object was put with, or was given by us.
 *
 * @param algorithm never {@code MD5}
 * @param base64 of the whole object; of the parts' checksums, followed by {@code -N}, when
 *     composite
 * @param composite whether it was made of the checksums of the parts
 */
public record ObjectChecksum(ChecksumAlgorithm algorithm, String base64, boolean composite) {
    public ObjectChecksum {
        requireNonNull(algorithm);
        requireNonNull(base64);
    }
}
