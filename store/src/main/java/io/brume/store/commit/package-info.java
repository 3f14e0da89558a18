/**
 * Transactions: typed reads and writes over rows of bytes, the record of what was read, and the
 * committer that puts many commits into one log entry.
 *
 * <p>Nothing here knows Raft or RocksDB: they are behind {@code ReplicatedLog} and {@code Rows}.
 */
@NullMarked
package io.brume.store.commit;

import org.jspecify.annotations.NullMarked;
