/**
 * Addresses and names for guests: one dnsmasq per VPC, in the VPC's namespace, told everything by
 * files. It outlives the agent and is found again by its command line.
 */
@NullMarked
package io.brume.node.network.dhcp;

import org.jspecify.annotations.NullMarked;
