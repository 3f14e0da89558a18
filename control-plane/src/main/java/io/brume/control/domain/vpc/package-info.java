/**
 * Isolated networks: VPCs, their subnets, security groups with their rules, and network interfaces.
 * Pure values and rules; addresses are chosen and kept in {@code io.brume.control.state}.
 */
@NullMarked
package io.brume.control.domain.vpc;

import org.jspecify.annotations.NullMarked;
