/**
 * Chunks of snapshots between nodes: serves those of this node to other storage nodes and to the
 * control plane, and brings those here that are missing or damaged. Nothing that comes from another
 * node is believed before its SHA-256 was compared; agents are not served, for a snapshot is not
 * theirs.
 */
@NullMarked
package io.brume.storage.chunks;

import org.jspecify.annotations.NullMarked;
