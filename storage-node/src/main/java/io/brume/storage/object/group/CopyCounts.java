package io.brume.storage.object.group;

/**
 * What was done for the copies of this node since it started.
 *
 * @param fetched blobs that were brought here because they were missing
 * @param fetchedBytes of those
 * @param damaged blobs of which something was found damaged
 * @param mended those of them that were written anew
 * @param garbage blobs that nothing named and that were deleted
 * @param handedOver blobs of other nodes' groups that were deleted, since those have them
 * @param sweeps full comparisons with the other nodes
 * @param missing blobs that were named and could not be brought in the last one
 * @param scrubbedBytes that were verified
 * @param scrubs full rounds of that
 */
public record CopyCounts(
        long fetched,
        long fetchedBytes,
        long damaged,
        long mended,
        long garbage,
        long handedOver,
        long sweeps,
        long missing,
        long scrubbedBytes,
        long scrubs) {}
