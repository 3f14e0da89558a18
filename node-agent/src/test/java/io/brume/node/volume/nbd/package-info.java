/** Tests of the block server: against a client of its own, and the clients that people use. */
@NullMarked
package io.brume.node.volume.nbd;

import org.jspecify.annotations.NullMarked;
