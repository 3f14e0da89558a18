/**
 * Replicas of block volumes on this node's disk: what a completed write means, what a crash can do,
 * and how a snapshot is kept are decided here (docs/design/0002-block-volumes.md). Knows no socket,
 * no session and no other node: whoever serves a replica brings those.
 */
@NullMarked
package io.brume.storage.block;

import org.jspecify.annotations.NullMarked;
