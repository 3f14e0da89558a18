/**
 * The block protocol's server: sockets, frames, bounds, and who may open which replica
 * (docs/design/0002-block-volumes.md). Knows replicas by their interface only. Nothing here keeps
 * anything on the disk, and nothing on the way of a request may allocate.
 */
@NullMarked
package io.brume.storage.wire;

import org.jspecify.annotations.NullMarked;
