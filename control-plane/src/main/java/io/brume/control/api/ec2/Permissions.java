package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.Ipv6Block;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.Traffic;
import io.brume.control.state.SecurityGroups;
import io.brume.store.ReadTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;

/** What IpPermissions mean for one group: single rules, checked. */
final class Permissions {
    private static final Pattern DESCRIPTION =
            Pattern.compile("[a-zA-Z0-9. _\\-:/()#,@\\[\\]+=&;{}!$*]{0,255}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,3}");

    private final ReadTransaction tx;
    private final SecurityGroup group;

    Permissions(ReadTransaction tx, SecurityGroup group) {
        this.tx = requireNonNull(tx);
        this.group = requireNonNull(group);
    }

    /** A rule to be: what it allows and how it is described. */
    record Allowed(Traffic traffic, Peer peer, String description) {
        boolean same(Allowed other) {
            return traffic.equals(other.traffic) && peer.equals(other.peer);
        }
    }

    /**
     * The rules that permissions stand for, in their order.
     *
     * @throws Fault {@code InvalidParameterValue}, {@code InvalidGroup.NotFound} …
     */
    List<Allowed> read(List<IpPermission> permissions) {
        List<Allowed> rules = new ArrayList<>();
        for (IpPermission permission : permissions) {
            int before = rules.size();
            read(permission, rules);
            if (rules.size() == before) {
                throw Fault.invalid(
                        "MissingParameter",
                        "Either the source or the destination of the traffic must be specified: an"
                                + " IP range, a prefix list or a group.");
            }
        }
        return rules;
    }

    private void read(IpPermission permission, List<Allowed> rules) {
        Traffic traffic =
                traffic(permission.ipProtocol(), permission.fromPort(), permission.toPort());
        permission
                .ipRanges()
                .forEach(range ->
                        rules.add(
                                new Allowed(
                                        traffic,
                                        ipv4(range.cidrIp()),
                                        description(range.description()))));
        permission
                .ipv6Ranges()
                .forEach(range ->
                        rules.add(
                                new Allowed(
                                        traffic,
                                        ipv6(range.cidrIpv6()),
                                        description(range.description()))));
        permission
                .userIdGroupPairs()
                .forEach(pair ->
                        rules.add(
                                new Allowed(
                                        traffic,
                                        peerGroup(pair),
                                        description(pair.description()))));
        permission
                .prefixListIds()
                .forEach(list -> {
                    throw prefixListNotFound(list.prefixListId());
                });
    }

    static Fault prefixListNotFound(@Nullable String id) {
        return Fault.absent(
                "InvalidPrefixListID.NotFound",
                "The prefix list ID '%s' does not exist".formatted(id));
    }

    /**
     * A kind of traffic as a caller writes it.
     *
     * @throws Fault {@code InvalidParameterValue}, {@code MissingParameter}
     */
    static Traffic traffic(
            @Nullable String protocolText, @Nullable Integer from, @Nullable Integer to) {
        int protocol = protocol(protocolText);
        if (!Traffic.hasPorts(protocol)) {
            return new Traffic(protocol, Traffic.ALL, Traffic.ALL);
        }
        if (Traffic.isIcmp(protocol)) {
            return icmp(protocol, from, to);
        }
        if (from == null || to == null) {
            throw Faults.invalidValue(
                    "Invalid value 'Must specify both from and to ports with TCP/UDP.' for"
                            + " portRange.");
        }
        if (from == Traffic.ALL && to == Traffic.ALL) {
            return new Traffic(protocol, 0, 65535);
        }
        if (from < 0 || from > 65535 || to < 0 || to > 65535) {
            throw Faults.invalidValue(
                    "Invalid value '%d-%d' for portRange. Ports are 0 to 65535."
                            .formatted(from, to));
        }
        if (from > to) {
            throw Faults.invalidValue(
                    "Invalid %s port range (%d, %d)"
                            .formatted(protocol == Traffic.TCP ? "TCP" : "UDP", from, to));
        }
        return new Traffic(protocol, from, to);
    }

    private static Traffic icmp(int protocol, @Nullable Integer type, @Nullable Integer code) {
        int icmpType = type == null ? Traffic.ALL : type;
        int icmpCode = code == null ? Traffic.ALL : code;
        if (icmpType < Traffic.ALL || icmpType > 255 || icmpCode < Traffic.ALL || icmpCode > 255) {
            throw Faults.invalidValue(
                    "ICMP type (%d) or code (%d) is out of range.".formatted(icmpType, icmpCode));
        }
        if (icmpType == Traffic.ALL && icmpCode != Traffic.ALL) {
            throw Faults.invalidValue("ICMP code (%d) needs an ICMP type.".formatted(icmpCode));
        }
        return new Traffic(protocol, icmpType, icmpCode);
    }

    private static int protocol(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw Faults.missing("IpProtocol");
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "tcp" -> Traffic.TCP;
            case "udp" -> Traffic.UDP;
            case "icmp" -> Traffic.ICMP;
            case "icmpv6" -> Traffic.ICMPV6;
            case "all" -> Traffic.ALL;
            default -> {
                if (NUMBER.matcher(lower).matches()) {
                    int number = Integer.parseInt(lower);
                    if (number >= Traffic.ALL && number <= 255) {
                        yield number;
                    }
                }
                throw Faults.invalidValue(
                        "Invalid value '%s' for IP protocol. Unknown protocol.".formatted(text));
            }
        };
    }

    static Peer ipv4(@Nullable String cidr) {
        if (cidr == null) {
            throw Faults.missing("CidrIp");
        }
        return Ipv4Block.read(cidr)
                .<Peer>map(Peer.Ipv4::new)
                .orElseThrow(() -> malformedBlock(cidr));
    }

    static Peer ipv6(@Nullable String cidr) {
        if (cidr == null) {
            throw Faults.missing("CidrIpv6");
        }
        return Ipv6Block.read(cidr)
                .<Peer>map(Peer.Ipv6::new)
                .orElseThrow(() -> malformedBlock(cidr));
    }

    private static Fault malformedBlock(String cidr) {
        return Faults.invalidValue("CIDR block %s is malformed".formatted(cidr));
    }

    private Peer peerGroup(UserIdGroupPair pair) {
        String id = pair.groupId();
        String name = pair.groupName();
        String owner = pair.userId();
        if (id == null && name == null) {
            throw Faults.missing("GroupId");
        }
        if (owner != null && !owner.isEmpty() && !owner.equals(group.account().value())) {
            throw id == null ? groupNameNotFound(name) : SecurityGroupId.parse(id).notFound();
        }
        if (id != null) {
            return peerGroup(SecurityGroupId.parse(id));
        }
        return new Peer.Group(
                SecurityGroups.named(tx, group.vpc(), name)
                        .orElseThrow(() -> groupNameNotFound(name))
                        .id());
    }

    /** A group of the same VPC as the other end. */
    Peer peerGroup(SecurityGroupId id) {
        SecurityGroup peer = SecurityGroups.require(tx, group.account(), id);
        if (!peer.vpcId().equals(group.vpcId())) {
            throw Faults.invalidValue(
                    "You have specified two resources that belong to different networks.");
        }
        return new Peer.Group(id);
    }

    private Fault groupNameNotFound(String name) {
        return Fault.absent(
                "InvalidGroup.NotFound",
                "The security group '%s' does not exist in VPC '%s'"
                        .formatted(name, group.vpcId()));
    }

    static String description(@Nullable String text) {
        String description = text == null ? "" : text;
        if (!DESCRIPTION.matcher(description).matches()) {
            throw Faults.invalidValue(
                    "Invalid rule description. Valid descriptions are strings less than 256"
                            + " characters from the following set:  a-zA-Z0-9."
                            + " _-:/()#,@[]+=&;{}!$*");
        }
        return description;
    }
}
