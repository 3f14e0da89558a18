/** The store on a Raft group: what the control plane opens. */
@NullMarked
package io.brume.store.raft;

import org.jspecify.annotations.NullMarked;
