package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A page of a list.
 *
 * @param items in order
 * @param commonPrefixes in order
 * @param more whether there is more after it
 * @param next the {@code after} of the next page: the last key or common prefix; empty without more
 * @param nextId the {@code afterId} of the next page; empty where it has none
 */
public record ListPage<T>(
        List<T> items, List<String> commonPrefixes, boolean more, String next, String nextId) {
    public ListPage {
        items = List.copyOf(items);
        commonPrefixes = List.copyOf(commonPrefixes);
        requireNonNull(next);
        requireNonNull(nextId);
    }
}
