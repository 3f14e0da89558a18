package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.vpc.Attachment;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.MacAddress;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.SecurityGroupRuleId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.domain.vpc.VpcId;
import io.brume.store.Index;
import io.brume.store.KeyCodec;
import io.brume.store.KeyRange;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.util.List;

/** Networks: what is stored of them, and in which orders it can be found. */
public final class VpcTables {
    public static final PairKeyCodec<Owned<VpcId>, AccountId, VpcId> VPC_KEYS =
            Keys.owned(VpcId::new);
    public static final PairKeyCodec<Owned<SubnetId>, AccountId, SubnetId> SUBNET_KEYS =
            Keys.owned(SubnetId::new);
    public static final PairKeyCodec<Owned<SecurityGroupId>, AccountId, SecurityGroupId>
            SECURITY_GROUP_KEYS = Keys.owned(SecurityGroupId::new);
    public static final PairKeyCodec<Owned<SecurityGroupRuleId>, AccountId, SecurityGroupRuleId>
            SECURITY_GROUP_RULE_KEYS = Keys.owned(SecurityGroupRuleId::new);
    public static final PairKeyCodec<Owned<NetworkInterfaceId>, AccountId, NetworkInterfaceId>
            NETWORK_INTERFACE_KEYS = Keys.owned(NetworkInterfaceId::new);
    public static final PairKeyCodec<SubnetAddress, Owned<SubnetId>, Ipv4Address>
            SUBNET_ADDRESS_KEYS =
                    KeyCodec.pair(
                            SUBNET_KEYS,
                            address(),
                            SubnetAddress::new,
                            SubnetAddress::subnet,
                            SubnetAddress::address);

    public static final Table<Owned<VpcId>, Vpc> VPCS =
            Table.of(30, "vpcs", VPC_KEYS, VpcCodecs.VPC);

    /** Whose a VPC's number in the region is. */
    public static final Table<Integer, Holder> VPC_NUMBERS =
            Table.of(31, "vpc-numbers", KeyCodec.int32(), Holder.CODEC);

    public static final Index<Owned<SubnetId>, Subnet, Owned<VpcId>> SUBNETS_BY_VPC =
            new Index<>(1, "vpc", VPC_KEYS, (key, subnet) -> List.of(subnet.vpc()));
    public static final Table<Owned<SubnetId>, Subnet> SUBNETS =
            Table.of(32, "subnets", SUBNET_KEYS, VpcCodecs.SUBNET, SUBNETS_BY_VPC);

    /** Whose a private address is. */
    public static final Table<SubnetAddress, Holder> SUBNET_ADDRESSES =
            Table.of(33, "subnet-addresses", SUBNET_ADDRESS_KEYS, Holder.CODEC);

    public static final Index<Owned<SecurityGroupId>, SecurityGroup, Owned<VpcId>>
            SECURITY_GROUPS_BY_VPC =
                    new Index<>(1, "vpc", VPC_KEYS, (key, group) -> List.of(group.vpc()));
    public static final Table<Owned<SecurityGroupId>, SecurityGroup> SECURITY_GROUPS =
            Table.of(
                    34,
                    "security-groups",
                    SECURITY_GROUP_KEYS,
                    VpcCodecs.SECURITY_GROUP,
                    SECURITY_GROUPS_BY_VPC);

    public static final Index<Owned<SecurityGroupRuleId>, SecurityGroupRule, Owned<SecurityGroupId>>
            RULES_BY_GROUP =
                    new Index<>(
                            1, "group", SECURITY_GROUP_KEYS, (key, rule) -> List.of(rule.group()));

    /** The rules that allow traffic with a group's members. */
    public static final Index<Owned<SecurityGroupRuleId>, SecurityGroupRule, Owned<SecurityGroupId>>
            RULES_BY_PEER_GROUP =
                    new Index<>(
                            2,
                            "peer-group",
                            SECURITY_GROUP_KEYS,
                            (key, rule) ->
                                    rule.peer() instanceof Peer.Group(SecurityGroupId id)
                                            ? List.of(new Owned<>(key.account(), id))
                                            : List.of());

    public static final Table<Owned<SecurityGroupRuleId>, SecurityGroupRule> SECURITY_GROUP_RULES =
            Table.of(
                    35,
                    "security-group-rules",
                    SECURITY_GROUP_RULE_KEYS,
                    VpcCodecs.SECURITY_GROUP_RULE,
                    RULES_BY_GROUP,
                    RULES_BY_PEER_GROUP);

    public static final Index<Owned<NetworkInterfaceId>, NetworkInterface, Owned<VpcId>>
            INTERFACES_BY_VPC = new Index<>(1, "vpc", VPC_KEYS, (key, nic) -> List.of(nic.vpc()));
    public static final Index<Owned<NetworkInterfaceId>, NetworkInterface, Owned<SubnetId>>
            INTERFACES_BY_SUBNET =
                    new Index<>(2, "subnet", SUBNET_KEYS, (key, nic) -> List.of(nic.subnet()));
    public static final Index<Owned<NetworkInterfaceId>, NetworkInterface, Owned<InstanceId>>
            INTERFACES_BY_INSTANCE =
                    new Index<>(
                            3,
                            "instance",
                            Keys.owned(InstanceId::new),
                            (key, nic) -> instanceOf(nic));
    public static final Index<Owned<NetworkInterfaceId>, NetworkInterface, Owned<SecurityGroupId>>
            INTERFACES_BY_SECURITY_GROUP =
                    new Index<>(
                            4,
                            "security-group",
                            SECURITY_GROUP_KEYS,
                            (key, nic) ->
                                    nic.securityGroups().stream()
                                            .map(id -> new Owned<>(key.account(), id))
                                            .toList());
    public static final Table<Owned<NetworkInterfaceId>, NetworkInterface> NETWORK_INTERFACES =
            Table.of(
                    36,
                    "network-interfaces",
                    NETWORK_INTERFACE_KEYS,
                    VpcCodecs.NETWORK_INTERFACE,
                    INTERFACES_BY_VPC,
                    INTERFACES_BY_SUBNET,
                    INTERFACES_BY_INSTANCE,
                    INTERFACES_BY_SECURITY_GROUP);

    /** Whose a hardware address is. */
    public static final Table<MacAddress, Holder> MAC_ADDRESSES =
            Table.of(
                    37,
                    "mac-addresses",
                    KeyCodec.int64().map(MacAddress::new, MacAddress::bits),
                    Holder.CODEC);

    /** Whose a public address is. */
    public static final Table<Ipv4Address, Holder> PUBLIC_ADDRESSES =
            Table.of(38, "public-addresses", address(), Holder.CODEC);

    private VpcTables() {}

    /** A private address of a subnet. */
    public record SubnetAddress(Owned<SubnetId> subnet, Ipv4Address address) {}

    /** The private addresses in all subnets of an account. */
    public static KeyRange<SubnetAddress> subnetAddressesOf(AccountId account) {
        return KeyRange.prefix(Keys.ACCOUNT.encode(account));
    }

    /** In the order of unsigned numbers. */
    private static KeyCodec<Ipv4Address> address() {
        return KeyCodec.int64()
                .map(
                        bits -> new Ipv4Address(bits.intValue()),
                        address -> Integer.toUnsignedLong(address.bits()));
    }

    private static List<Owned<InstanceId>> instanceOf(NetworkInterface nic) {
        Attachment attachment = nic.attachment();
        return attachment == null
                ? List.of()
                : List.of(new Owned<>(nic.account(), attachment.instanceId()));
    }
}
