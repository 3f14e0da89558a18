package io.brume.storage.object.index;

/** The index with what a collector of garbage needs of it. */
public interface WholeIndex extends ObjectIndex, Garbage {}
