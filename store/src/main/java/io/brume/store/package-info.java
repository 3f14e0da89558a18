/**
 * The replicated truth: one ordered, typed, strictly serializable store. A transaction runs
 * ordinary Java against a consistent snapshot; what it read (keys and ranges) and what it writes go
 * through the replicated log; a deterministic machine checks that nothing read has changed and
 * applies.
 *
 * <p>Nothing above this package may know how it replicates or where it keeps bytes; nothing in it
 * knows a cloud noun. Bodies of transactions must be free of side effects, since they may run
 * again.
 */
@NullMarked
package io.brume.store;

import org.jspecify.annotations.NullMarked;
