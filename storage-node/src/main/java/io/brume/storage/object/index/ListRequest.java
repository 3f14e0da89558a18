package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

/**
 * What is to be listed.
 *
 * @param prefix of the keys; empty = all
 * @param delimiter keys that go on after the prefix to one are rolled up; empty = none are
 * @param after the list begins after this key, or after this common prefix and all it stands for;
 *     empty = at the begin
 * @param afterId the version or upload of {@code after} after which it begins; empty = after all
 * @param limit how many keys and prefixes together, 0 to 1,000
 */
public record ListRequest(
        String prefix, String delimiter, String after, String afterId, int limit) {
    public static final int MAX_LIMIT = 1000;

    public ListRequest {
        requireNonNull(prefix);
        requireNonNull(delimiter);
        requireNonNull(after);
        requireNonNull(afterId);
        if (limit < 0 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit " + limit + " is not 0 to " + MAX_LIMIT);
        }
    }
}
