/** Tests of the packet filter's text. */
@NullMarked
package io.brume.node.network.nftables;

import org.jspecify.annotations.NullMarked;
