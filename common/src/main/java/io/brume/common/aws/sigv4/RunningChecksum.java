package io.brume.common.aws.sigv4;

import java.util.Base64;

/** A checksum over bytes as they pass. One thread at a time. */
public interface RunningChecksum {
    /** Adds bytes. */
    void update(byte[] data, int offset, int count);

    /** The checksum, most significant byte first. Call once, at the end. */
    byte[] value();

    /** As clients send it. Instead of {@link #value()}. */
    default String base64() {
        return Base64.getEncoder().encodeToString(value());
    }
}
