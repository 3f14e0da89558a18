package io.brume.control.domain.snapshot;

import static java.util.Objects.requireNonNull;

/**
 * A block of a snapshot that is written from outside.
 *
 * @param checksum SHA-256 of what the client sent, in base64
 * @param everywhere whether every node of the snapshot has it; otherwise some may
 */
public record WrittenBlock(String checksum, boolean everywhere) {
    public WrittenBlock {
        requireNonNull(checksum);
    }
}
