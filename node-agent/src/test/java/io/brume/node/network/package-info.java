/** Tests of the network, and the small host of namespaces that they run on. */
@NullMarked
package io.brume.node.network;

import org.jspecify.annotations.NullMarked;
