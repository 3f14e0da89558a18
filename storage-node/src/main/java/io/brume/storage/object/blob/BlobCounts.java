package io.brume.storage.object.blob;

/**
 * What a disk has.
 *
 * @param blobs that are kept
 * @param segments shared files
 * @param liveBytes of segments that are needed
 * @param deadBytes of segments that will be given back
 */
public record BlobCounts(long blobs, long segments, long liveBytes, long deadBytes) {}
