/**
 * Isolated networks on this host, behind the {@link io.brume.node.network.VpcNetwork} port. Knows
 * no hypervisor and no control plane.
 */
@NullMarked
package io.brume.node.network;

import org.jspecify.annotations.NullMarked;
