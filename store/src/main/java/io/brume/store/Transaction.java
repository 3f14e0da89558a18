package io.brume.store;

/**
 * A view that can also be changed; it sees its own changes. Nothing is visible to others before the
 * commit, and then everything at once.
 *
 * <p>The function it is given to may run several times: it must have no side effect, and it takes
 * identifiers, times and random numbers from outside.
 */
public interface Transaction extends ReadTransaction {
    /** Sets a row, whether or not it existed. */
    <K, V> void put(Table<K, V> table, K key, V value);

    /** Removes a row if it exists. */
    <K, V> void delete(Table<K, V> table, K key);
}
