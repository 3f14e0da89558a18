/** Tests that reach into the store's state under the log. */
@NullMarked
package io.brume.store.raft;

import org.jspecify.annotations.NullMarked;
