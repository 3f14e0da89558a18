/** Tests of the routers. */
@NullMarked
package io.brume.node.network.namespace;

import org.jspecify.annotations.NullMarked;
