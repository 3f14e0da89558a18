package io.brume.control.state;

import io.brume.common.aws.Fault;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.store.codec.Holder;
import io.brume.control.store.codec.VpcTables;
import io.brume.control.store.codec.VpcTables.SubnetAddress;
import io.brume.store.Entry;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.SplittableRandom;

/** The private addresses of subnets. */
public final class SubnetAddresses {
    private static final int GUESSES = 32;

    private SubnetAddresses() {}

    /** How many addresses of a subnet are still free. */
    public static int free(ReadTransaction tx, Subnet subnet) {
        long taken = tx.stream(VpcTables.SUBNET_ADDRESSES, range(subnet)).count();
        return subnet.usableAddresses() - (int) taken;
    }

    /**
     * Takes the address that a caller asked for.
     *
     * @throws Fault {@code InvalidParameterValue}, {@code InvalidIPAddress.InUse}
     */
    static Ipv4Address takeThis(
            Transaction tx, Subnet subnet, ResourceId holder, Ipv4Address address) {
        if (!subnet.block().contains(address)) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Address %s does not fall within the subnet's address range"
                            .formatted(address));
        }
        if (!subnet.isUsable(address)) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "Address %s is in subnet's reserved address range".formatted(address));
        }
        if (tx.get(VpcTables.SUBNET_ADDRESSES, key(subnet, address)) != null) {
            throw Fault.conflict(
                    "InvalidIPAddress.InUse", "Address %s is in use.".formatted(address));
        }
        return take(tx, subnet, holder, address);
    }

    /**
     * Takes a free address. Guesses first, so that launches at the same time rarely meet; searches
     * when the subnet is nearly full.
     *
     * @throws Fault {@code InsufficientFreeAddressesInSubnet}
     */
    static Ipv4Address takeAny(
            Transaction tx, Subnet subnet, ResourceId holder, SplittableRandom random) {
        for (int i = 0; i < GUESSES; i++) {
            Ipv4Address guess = subnet.usableAddress(random.nextInt(subnet.usableAddresses()));
            if (tx.get(VpcTables.SUBNET_ADDRESSES, key(subnet, guess)) == null) {
                return take(tx, subnet, holder, guess);
            }
        }
        return take(tx, subnet, holder, search(tx, subnet));
    }

    static void giveBack(Transaction tx, SubnetAddress address) {
        tx.delete(VpcTables.SUBNET_ADDRESSES, address);
    }

    private static Ipv4Address take(
            Transaction tx, Subnet subnet, ResourceId holder, Ipv4Address address) {
        tx.put(
                VpcTables.SUBNET_ADDRESSES,
                key(subnet, address),
                new Holder(subnet.account(), holder.value()));
        return address;
    }

    private static Ipv4Address search(Transaction tx, Subnet subnet) {
        int next = 0;
        for (Entry<SubnetAddress, Holder> row :
                tx.stream(VpcTables.SUBNET_ADDRESSES, range(subnet)).toList()) {
            if (!row.key().address().equals(subnet.usableAddress(next))) {
                return subnet.usableAddress(next);
            }
            next++;
            if (next == subnet.usableAddresses()) {
                throw Fault.quota(
                        "InsufficientFreeAddressesInSubnet",
                        "There are not enough free addresses in subnet '%s' to satisfy the"
                                        .formatted(subnet.id())
                                + " requested number of instances.");
            }
        }
        return subnet.usableAddress(next);
    }

    private static SubnetAddress key(Subnet subnet, Ipv4Address address) {
        return new SubnetAddress(subnet.key(), address);
    }

    private static KeyRange<SubnetAddress> range(Subnet subnet) {
        return VpcTables.SUBNET_ADDRESS_KEYS.startingWith(subnet.key());
    }
}
