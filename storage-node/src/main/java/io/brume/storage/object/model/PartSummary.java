package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A part of an object that was uploaded in parts, as it is remembered after the upload.
 *
 * @param number 1 to 10,000
 * @param size in bytes
 * @param checksum in base64, of the object's algorithm
 */
public record PartSummary(int number, long size, Optional<String> checksum) {
    public PartSummary {
        requireNonNull(checksum);
    }
}
