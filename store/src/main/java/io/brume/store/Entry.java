package io.brume.store;

/** One row: a key and its value. */
public record Entry<K, V>(K key, V value) {}
