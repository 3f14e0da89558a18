package io.brume.node.network.nftables;

import io.brume.node.network.Ipv4Block;
import io.brume.node.network.VpcTopology.Peer;
import io.brume.node.network.VpcTopology.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules of one direction of a combination of security groups, as the lines of an nft chain that
 * returns for what is allowed and drops the rest. The union of all groups' rules: rules that differ
 * only in their peer become one line.
 *
 * <p>Every condition is on the first packet's addresses and ports as connection tracking keeps
 * them, so that the chain gives the same answer for every packet of a connection, in either
 * direction. That is what lets a connection be judged again after the rules have changed.
 */
final class RuleChain {
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;

    /** What is matched besides the peer; first and last are -1 when any will do. */
    private record Traffic(int protocol, int first, int last) implements Comparable<Traffic> {
        @Override
        public int compareTo(Traffic other) {
            int byProtocol = Integer.compare(protocol, other.protocol);
            int byFirst = byProtocol != 0 ? byProtocol : Integer.compare(first, other.first);
            return byFirst != 0 ? byFirst : Integer.compare(last, other.last);
        }
    }

    private static final class Peers {
        private final SortedSet<Ipv4Block> blocks = new TreeSet<>();
        private final SortedSet<String> groups = new TreeSet<>();
    }

    private RuleChain() {}

    /**
     * @param peer {@code saddr} for ingress, {@code daddr} for egress
     */
    static List<String> lines(Collection<Rule> rules, String peer) {
        SortedMap<Traffic, Peers> allowed = new TreeMap<>();
        for (Rule rule : rules) {
            if (rule.protocol() == ICMPV6) {
                continue;
            }
            switch (rule.peer()) {
                case Peer.Block(String cidr) -> {
                    if (!cidr.contains(":")) {
                        peers(allowed, rule).blocks.add(Ipv4Block.parse(cidr));
                    }
                }
                case Peer.Group(String groupId) -> peers(allowed, rule).groups.add(groupId);
            }
        }
        var lines = new ArrayList<String>();
        for (Map.Entry<Traffic, Peers> entry : allowed.entrySet()) {
            String traffic = traffic(entry.getKey());
            List<Ipv4Block> blocks = merge(entry.getValue().blocks);
            if (!blocks.isEmpty() && blocks.getFirst().prefix() == 0) {
                lines.add(traffic + "return");
                continue;
            }
            if (!blocks.isEmpty()) {
                lines.add(traffic + "ct original ip " + peer + " " + set(blocks) + " return");
            }
            for (String group : entry.getValue().groups) {
                lines.add(traffic + "ct original ip " + peer + " @" + group + " return");
            }
        }
        lines.add("drop");
        return lines;
    }

    private static Peers peers(SortedMap<Traffic, Peers> allowed, Rule rule) {
        return allowed.computeIfAbsent(traffic(rule), key -> new Peers());
    }

    private static Traffic traffic(Rule rule) {
        return switch (rule.protocol()) {
            case TCP, UDP, SCTP -> {
                boolean any =
                        rule.fromPort() < 0 || (rule.fromPort() == 0 && rule.toPort() == 65535);
                yield any
                        ? new Traffic(rule.protocol(), -1, -1)
                        : new Traffic(rule.protocol(), rule.fromPort(), rule.toPort());
            }
            // Connection tracking keeps an ICMP request's type and code where others have the port.
            case ICMP -> {
                if (rule.fromPort() < 0) {
                    yield new Traffic(ICMP, -1, -1);
                }
                int type = (rule.fromPort() & 255) << 8;
                yield rule.toPort() < 0
                        ? new Traffic(ICMP, type, type + 255)
                        : new Traffic(
                                ICMP, type + (rule.toPort() & 255), type + (rule.toPort() & 255));
            }
            default -> new Traffic(rule.protocol(), -1, -1);
        };
    }

    private static String traffic(Traffic traffic) {
        if (traffic.protocol < 0) {
            return "";
        }
        String protocol = "meta l4proto " + traffic.protocol + " ";
        if (traffic.first < 0) {
            return protocol;
        }
        String range =
                traffic.first == traffic.last
                        ? String.valueOf(traffic.first)
                        : traffic.first + "-" + traffic.last;
        return protocol + "ct original proto-dst " + range + " ";
    }

    /** Leaves out blocks that lie in another: nft refuses overlaps in a set. */
    private static List<Ipv4Block> merge(SortedSet<Ipv4Block> blocks) {
        var kept = new ArrayList<Ipv4Block>();
        for (Ipv4Block block : blocks) {
            if (kept.isEmpty() || !kept.getLast().contains(block)) {
                kept.add(block);
            }
        }
        return kept;
    }

    private static String set(List<Ipv4Block> blocks) {
        return blocks.size() == 1
                ? blocks.getFirst().toString()
                : "{ "
                        + String.join(", ", blocks.stream().map(Ipv4Block::toString).toList())
                        + " }";
    }
}
