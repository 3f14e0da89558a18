/**
 * What may pass: the whole packet filter of a VPC's namespace, and of the host's side, rendered as
 * nft text by pure functions and put in force in one transaction each. Only {@link
 * io.brume.node.network.nftables.NftCommand} touches the kernel.
 */
@NullMarked
package io.brume.node.network.nftables;

import org.jspecify.annotations.NullMarked;
