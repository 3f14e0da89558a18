/** Tests of the metadata service. */
@NullMarked
package io.brume.node.network.metadata;

import org.jspecify.annotations.NullMarked;
