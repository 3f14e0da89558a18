/**
 * What this host was last told, on its disk, so that it is kept while the control plane is away.
 * Acts on nothing, and never lets the key of a volume get to a disk.
 */
@NullMarked
package io.brume.node.ledger;

import org.jspecify.annotations.NullMarked;
