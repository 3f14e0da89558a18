/**
 * Keeps this node's replicas, snapshots and part of the object store as the control plane desires
 * them, whether or not it is there. Knows them by their interfaces, and nothing of how they are
 * stored or served. Nothing is deleted here that the control plane has not released, or left out of
 * a whole state.
 */
@NullMarked
package io.brume.storage.keep;

import org.jspecify.annotations.NullMarked;
