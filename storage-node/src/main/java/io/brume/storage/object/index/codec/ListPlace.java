package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

/** Names the rows of the table of parts that belong together: an upload's, or a long content's. */
public record ListPlace(long bucket, String list) {
    public ListPlace {
        requireNonNull(list);
    }
}
