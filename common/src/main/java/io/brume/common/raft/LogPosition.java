package io.brume.common.raft;

/**
 * A place in the log.
 *
 * @param term the leader's term
 * @param index the entry's number; -1 before the first
 */
public record LogPosition(long term, long index) {}
