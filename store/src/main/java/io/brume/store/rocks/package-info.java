/**
 * Rows in RocksDB. Its write-ahead log is off, because the Raft log is one already: what was not
 * flushed is written again from there.
 *
 * <p>No RocksDB type leaves this package. A native handle that is used after it was closed ends the
 * whole program, so each has one owner, {@code Database}, which counts its users.
 */
@NullMarked
package io.brume.store.rocks;

import org.jspecify.annotations.NullMarked;
