package io.brume.storage.object.index;

import java.time.Instant;

/**
 * What a change needs that must not differ when its transaction runs again: chosen before it.
 *
 * @param sequence above every one that was chosen here before
 * @param random makes a version's id hard to guess
 */
record Stamp(long sequence, Instant now, long high, long low) {}
