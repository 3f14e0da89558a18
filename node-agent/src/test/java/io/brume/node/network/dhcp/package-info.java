/** Tests of dnsmasq's files. */
@NullMarked
package io.brume.node.network.dhcp;

import org.jspecify.annotations.NullMarked;
