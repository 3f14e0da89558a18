package io.brume.store;

import org.jspecify.annotations.Nullable;

/**
 * A row that a commit changed.
 *
 * @param revision the commit's revision
 * @param value what the row became; null if it was deleted
 */
public record Change<K, V>(long revision, K key, @Nullable V value) {}
