package io.brume.store;

import java.util.List;

/** What a watcher is told. */
public sealed interface WatchEvent<K, V> {
    /** Everything up to this revision has been told once this event has been consumed. */
    long revision();

    /** Rows changed, in the order of their commits. */
    record Changed<K, V>(long revision, List<Change<K, V>> changes) implements WatchEvent<K, V> {
        public Changed {
            changes = List.copyOf(changes);
        }
    }

    /**
     * Changes up to this revision are not known one by one any more: the watcher fell behind, or
     * began too far in the past. It reads the table again; later changes follow.
     */
    record Resync<K, V>(long revision) implements WatchEvent<K, V> {}
}
