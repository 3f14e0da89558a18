/**
 * The routers: one network namespace per VPC, its links, addresses and routes. What is wanted and
 * what is there are both a {@link io.brume.node.network.namespace.LinkState}; a pure planner says
 * what to change. Puts filters, DHCP and metadata together behind the {@link
 * io.brume.node.network.VpcNetwork} port. Starts no process itself.
 */
@NullMarked
package io.brume.node.network.namespace;

import org.jspecify.annotations.NullMarked;
