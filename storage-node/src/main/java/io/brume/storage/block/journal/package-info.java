/**
 * One log for all replicas of the node: what is in it and was fsync'ed happened, in its order.
 * Knows records and files; what a record does to a replica is for whoever replays it. It never
 * decides that something damaged was not there: a log with a hole is refused.
 */
@NullMarked
package io.brume.storage.block.journal;

import org.jspecify.annotations.NullMarked;
