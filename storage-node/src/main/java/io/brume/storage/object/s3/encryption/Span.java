package io.brume.storage.object.s3.encryption;

import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.PartSummary;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of a content that was encrypted as one: a part, or all of what was not uploaded in parts.
 *
 * @param nonceAt where its nonce is, among the bytes that are kept
 * @param from the first byte wanted of it, not counting the nonce
 * @param length how many are wanted
 */
record Span(long nonceAt, long from, long length) {
    /** Those that a range of the content touches, in order. */
    static List<Span> of(ObjectContent content, long offset, long length) {
        var sizes =
                content.parts().isEmpty()
                        ? List.of(content.size())
                        : content.parts().stream().map(PartSummary::size).toList();
        var spans = new ArrayList<Span>();
        long start = 0;
        long keptAt = 0;
        for (long size : sizes) {
            long from = Math.max(offset, start);
            long to = Math.min(offset + length, start + size);
            if (from < to) {
                spans.add(new Span(keptAt, from - start, to - from));
            }
            start += size;
            keptAt += kept(size);
        }
        return spans;
    }

    /** How many bytes are kept of so many. */
    static long kept(long size) {
        return size == 0 ? 0 : size + ContentKey.NONCE_BYTES;
    }
}
