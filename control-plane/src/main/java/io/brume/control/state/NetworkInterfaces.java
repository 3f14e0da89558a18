package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.MacAddress;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.store.codec.Holder;
import io.brume.control.store.codec.VpcTables;
import io.brume.control.store.codec.VpcTables.SubnetAddress;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes and releases network interfaces with their addresses. Each address has a row of its own
 * that names its holder, so that two transactions that want the same one conflict, and only they.
 */
public final class NetworkInterfaces {
    private final PublicAddresses publicAddresses;

    public NetworkInterfaces(PublicAddresses publicAddresses) {
        this.publicAddresses = requireNonNull(publicAddresses);
    }

    /**
     * Makes an interface with its addresses.
     *
     * @throws Fault {@code InvalidIPAddress.InUse}, {@code InsufficientFreeAddressesInSubnet},
     *     {@code InvalidGroup.NotFound}, {@code SecurityGroupsPerInterfaceLimitExceeded} …
     */
    public NetworkInterface create(Transaction tx, NewInterface wanted) {
        Subnet subnet = wanted.subnet();
        SplittableRandom random = new SplittableRandom(wanted.seed());
        List<SecurityGroupId> groups = groups(tx, subnet, wanted.securityGroups());
        Ipv4Address asked = wanted.privateIp();
        Ipv4Address privateIp =
                asked == null
                        ? SubnetAddresses.takeAny(tx, subnet, wanted.id(), random)
                        : SubnetAddresses.takeThis(tx, subnet, wanted.id(), asked);
        Ipv4Address publicIp =
                wanted.publicIp()
                        ? publicAddresses.take(tx, subnet.account(), wanted.id(), random.nextLong())
                        : null;
        NetworkInterface nic =
                new NetworkInterface(
                        subnet.account(),
                        wanted.id(),
                        subnet.vpcId(),
                        subnet.id(),
                        subnet.zone(),
                        mac(tx, subnet.account(), wanted, random),
                        privateIp,
                        publicIp,
                        groups,
                        wanted.description(),
                        true,
                        wanted.attachment(),
                        wanted.created());
        tx.put(VpcTables.NETWORK_INTERFACES, nic.key(), nic);
        return nic;
    }

    /** Removes an interface; its addresses are free again, its tags go. */
    public void release(Transaction tx, NetworkInterface nic) {
        tx.delete(VpcTables.NETWORK_INTERFACES, nic.key());
        SubnetAddresses.giveBack(tx, new SubnetAddress(nic.subnet(), nic.privateIp()));
        tx.delete(VpcTables.MAC_ADDRESSES, nic.mac());
        Ipv4Address publicIp = nic.publicIp();
        if (publicIp != null) {
            publicAddresses.giveBack(tx, publicIp);
        }
        Tags.clear(tx, nic.account(), nic.id());
    }

    /** Gives it a public address, as on the start of its instance; none if it has one. */
    public NetworkInterface givePublicAddress(Transaction tx, NetworkInterface nic, long seed) {
        if (nic.publicIp() != null) {
            return nic;
        }
        NetworkInterface changed =
                nic.withPublicIp(publicAddresses.take(tx, nic.account(), nic.id(), seed));
        tx.put(VpcTables.NETWORK_INTERFACES, changed.key(), changed);
        return changed;
    }

    /** Takes its public address away, as on the stop of its instance. */
    public NetworkInterface takePublicAddress(Transaction tx, NetworkInterface nic) {
        Ipv4Address publicIp = nic.publicIp();
        if (publicIp == null) {
            return nic;
        }
        publicAddresses.giveBack(tx, publicIp);
        NetworkInterface changed = nic.withPublicIp(null);
        tx.put(VpcTables.NETWORK_INTERFACES, changed.key(), changed);
        return changed;
    }

    /**
     * Puts it into other groups.
     *
     * @throws Fault as {@link #create} for groups
     */
    public NetworkInterface setSecurityGroups(
            Transaction tx, NetworkInterface nic, List<SecurityGroupId> groups) {
        Subnet subnet = tx.get(VpcTables.SUBNETS, nic.subnet());
        if (subnet == null) {
            throw new IllegalStateException("the subnet of " + nic.id() + " is gone");
        }
        NetworkInterface changed = nic.withSecurityGroups(groups(tx, subnet, groups));
        tx.put(VpcTables.NETWORK_INTERFACES, changed.key(), changed);
        return changed;
    }

    /** The interfaces of an instance, the primary one first. */
    public static List<NetworkInterface> of(ReadTransaction tx, Owned<InstanceId> instance) {
        return Rows.of(tx, VpcTables.NETWORK_INTERFACES, VpcTables.INTERFACES_BY_INSTANCE, instance)
                .stream()
                .sorted(Comparator.comparingInt(NetworkInterfaces::deviceIndex))
                .toList();
    }

    private static int deviceIndex(NetworkInterface nic) {
        var attachment = nic.attachment();
        return attachment == null ? Integer.MAX_VALUE : attachment.deviceIndex();
    }

    private static List<SecurityGroupId> groups(
            ReadTransaction tx, Subnet subnet, List<SecurityGroupId> asked) {
        if (asked.isEmpty()) {
            return List.of(SecurityGroups.defaultOf(tx, subnet.vpc()).id());
        }
        List<SecurityGroupId> groups = asked.stream().distinct().toList();
        if (groups.size() > NetworkInterface.MAX_SECURITY_GROUPS) {
            throw Fault.quota(
                    "SecurityGroupsPerInterfaceLimitExceeded",
                    "The maximum number of security groups per interface has been reached.");
        }
        for (SecurityGroupId id : groups) {
            SecurityGroup group = SecurityGroups.require(tx, subnet.account(), id);
            if (!group.vpcId().equals(subnet.vpcId())) {
                throw Fault.invalid(
                        "InvalidParameter",
                        "Security group %s and subnet %s belong to different networks."
                                .formatted(id, subnet.id()));
            }
        }
        return groups;
    }

    private static MacAddress mac(
            Transaction tx, AccountId account, NewInterface wanted, SplittableRandom random) {
        while (true) {
            MacAddress mac = MacAddress.random(random);
            if (tx.get(VpcTables.MAC_ADDRESSES, mac) == null) {
                tx.put(VpcTables.MAC_ADDRESSES, mac, new Holder(account, wanted.id().value()));
                return mac;
            }
        }
    }
}
