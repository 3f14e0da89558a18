/**
 * The storage node's talk with the control plane: desired state comes down, observations go up.
 * Knows nothing of blocks and objects; what is desired is somebody else's to make true.
 */
@NullMarked
package io.brume.storage.rpc;

import org.jspecify.annotations.NullMarked;
