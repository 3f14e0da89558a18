package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import java.util.Optional;

/**
 * What a request is about.
 *
 * @param bucket its name, not yet known to be one
 * @param key decoded once, never normalised; empty when the request is about the bucket
 * @param head the request as if its bucket were in the path
 */
record Target(Optional<String> bucket, Optional<String> key, HttpCall head) {
    Target {
        requireNonNull(bucket);
        requireNonNull(key);
        requireNonNull(head);
    }

    /** The path that an error names. */
    String resource() {
        return head.path();
    }
}
