/** Tests of a volume's parts on this host. */
@NullMarked
package io.brume.node.volume;

import org.jspecify.annotations.NullMarked;
