package io.brume.storage.object.blob;

/**
 * How blobs are kept.
 *
 * @param segmentBytes size at which a shared file is full; at most 1 GiB
 * @param smallBytes blobs up to this length share files; at most 4 MiB
 * @param lanes shared files that are written at a time
 * @param reserveBytes of the disk that stay free
 */
public record BlobOptions(int segmentBytes, int smallBytes, int lanes, long reserveBytes) {
    /** For disks as they are. */
    public static final BlobOptions STANDARD = new BlobOptions(256 << 20, 1 << 20, 2, 1L << 30);

    /** No blob that shares a file is longer. */
    static final int MAX_SMALL_BYTES = 4 << 20;

    public BlobOptions {
        if (segmentBytes < 4096
                || segmentBytes > 1 << 30
                || smallBytes < 0
                || smallBytes > MAX_SMALL_BYTES
                || smallBytes > segmentBytes / 2
                || lanes < 1
                || reserveBytes < 0) {
            throw new IllegalArgumentException("options that cannot be");
        }
    }
}
