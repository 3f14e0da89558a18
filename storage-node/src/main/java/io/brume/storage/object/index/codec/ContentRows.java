package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

/**
 * The rows that hold the blobs of content that is too long for its version's row.
 *
 * @param list their name: the upload's id, or the first blob's
 * @param upload whether they are an upload's parts; otherwise runs of blobs
 * @param numbers of an upload, which parts the content is made of
 */
public record ContentRows(String list, boolean upload, PartNumbers numbers) {
    public ContentRows {
        requireNonNull(list);
        requireNonNull(numbers);
    }
}
