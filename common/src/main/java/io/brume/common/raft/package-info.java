/**
 * One replicated log and the state that it makes, over Apache Ratis: shared by the store and by the
 * object store's bucket index. A group of one runs the same code as a group of three.
 *
 * <p>No Ratis type leaves this package, and it knows nothing of what the entries mean.
 */
@NullMarked
package io.brume.common.raft;

import org.jspecify.annotations.NullMarked;
