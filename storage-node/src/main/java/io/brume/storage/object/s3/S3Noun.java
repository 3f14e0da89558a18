package io.brume.storage.object.s3;

import software.amazon.awssdk.services.s3.S3Client;

/**
 * The part of S3 that is about one noun, as AWS's own client interface has it. What no noun
 * overrides is not offered. Thread-safe; called as a {@link Caller}'s, on a thread that may wait.
 */
public abstract class S3Noun implements S3Client {
    @Override
    public final String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public final void close() {
        // Holds nothing of its own.
    }
}
