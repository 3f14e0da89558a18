/**
 * What instances learn at 169.254.169.254: one listening socket per VPC, opened inside the VPC's
 * namespace by this process, all served from memory. Who asks follows from the VPC and the source
 * address, which the packet filter guarantees. Nothing here blocks, and nothing of one instance is
 * told to another.
 */
@NullMarked
package io.brume.node.network.metadata;

import org.jspecify.annotations.NullMarked;
