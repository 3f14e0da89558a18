/** The storage node's talk with the control plane. Knows nothing of blocks and objects. */
@NullMarked
package io.brume.storage.rpc;

import org.jspecify.annotations.NullMarked;
