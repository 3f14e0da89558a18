package io.brume.control.domain.vpc;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import java.time.Instant;

/**
 * A slice of a VPC in one zone.
 *
 * <p>Its first four addresses and its last are reserved: network, router, resolver, future use,
 * broadcast. Source: <a
 * href="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html">Subnet CIDR
 * blocks</a>.
 *
 * @param zone for example {@code us-east-1a}
 * @param zoneId for example {@code use1-az1}
 * @param defaultForZone where an instance of this zone goes that names no subnet
 * @param mapPublicIpOnLaunch whether an interface gets a public address unless asked otherwise
 * @param internetRoute whether traffic may leave through the internet gateway
 */
public record Subnet(
        AccountId account,
        SubnetId id,
        VpcId vpcId,
        Ipv4Block block,
        String zone,
        String zoneId,
        boolean defaultForZone,
        boolean mapPublicIpOnLaunch,
        boolean internetRoute,
        Instant created) {
    private static final int RESERVED_FIRST = 4;
    private static final int RESERVED = RESERVED_FIRST + 1;

    public Subnet {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(vpcId);
        requireNonNull(zone);
        requireNonNull(zoneId);
        requireNonNull(created);
        if (block.prefix() < 16 || block.prefix() > 28) {
            throw new IllegalArgumentException("not a subnet's block: " + block);
        }
    }

    public Owned<SubnetId> key() {
        return new Owned<>(account, id);
    }

    public Owned<VpcId> vpc() {
        return new Owned<>(account, vpcId);
    }

    /** How many addresses interfaces may have. */
    public int usableAddresses() {
        return (int) block.size() - RESERVED;
    }

    /** The n-th address that an interface may have, from 0. */
    public Ipv4Address usableAddress(int n) {
        if (n < 0 || n >= usableAddresses()) {
            throw new IllegalArgumentException(block + " has no usable address " + n);
        }
        return block.base().plus(RESERVED_FIRST + n);
    }

    /** Whether an address lies in the block and is not reserved. */
    public boolean isUsable(Ipv4Address address) {
        long offset = Integer.toUnsignedLong(address.bits() - block.base().bits());
        return block.contains(address) && offset >= RESERVED_FIRST && offset < block.size() - 1;
    }
}
