/**
 * The life of the instances of this host: what the control plane wants against what runs. Knows
 * hypervisors only by the {@link io.brume.node.instance.Hypervisor} port; starts no process itself.
 */
@NullMarked
package io.brume.node.instance;

import org.jspecify.annotations.NullMarked;
