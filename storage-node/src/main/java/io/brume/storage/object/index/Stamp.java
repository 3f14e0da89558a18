package io.brume.storage.object.index;

import java.time.Instant;

/**
 * What a change needs that must not differ when its transaction runs again: chosen before it.
 *
 * @param sequence above every one that was chosen here before
 * @param now when the change is made
 * @param high with {@code low} 128 random bits, which make a version's id hard to guess
 * @param low the other half
 */
record Stamp(long sequence, Instant now, long high, long low) {}
