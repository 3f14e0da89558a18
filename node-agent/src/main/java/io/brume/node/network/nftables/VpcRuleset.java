package io.brume.node.network.nftables;

import io.brume.node.network.CloudNames;
import io.brume.node.network.Ipv4Block;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.Peer;
import io.brume.node.network.VpcTopology.Rule;
import io.brume.node.network.VpcTopology.SecurityGroup;
import io.brume.node.network.VpcTopology.Subnet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The packet filter of one VPC's namespace, a pure function of its topology.
 *
 * <p>A packet passes these tables:
 *
 * <ol>
 *   <li>{@code arp} and {@code from_guests}: the source MAC and IP of a frame must be those of the
 *       interface it came in by, before anything remembers it.
 *   <li>{@code incoming}: a public address becomes the private one, for what comes from the host.
 *   <li>{@code forward}: security groups. {@code input}: what the router itself answers.
 *   <li>{@code outgoing}: the private address becomes the public one, for what goes to the host.
 * </ol>
 *
 * <p><b>Changed rules and living connections.</b> The first packet of a connection walks the rules;
 * when it may pass, the connection is marked with the <em>verdict key</em>, 24 bits of a digest of
 * this whole ruleset. Later packets only compare the mark. Under changed rules the key differs, so
 * the next packet of each connection walks the rules once more, and a connection that is no longer
 * allowed stands still at once. Nothing is scanned and no counter has to be kept: the key says
 * under which rules a connection was found good. The upper 8 bits of the mark are free for
 * gateways.
 */
public final class VpcRuleset {
    /** Where every instance finds its metadata. */
    public static final String METADATA = "169.254.169.254";

    /** The resolver's second address, the same in every VPC. */
    public static final String RESOLVER = "169.254.169.253";

    private static final String KEY = "VERDICT_KEY";
    private static final int MAX_HOP_LIMIT = 63;
    private static final long MIN_BURST = 262_144;

    private final VpcTopology topology;
    private final List<Interface> local;
    private final StringBuilder text = new StringBuilder(8192);

    private VpcRuleset(VpcTopology topology) {
        this.topology = topology;
        this.local = topology.interfaces().stream().filter(Interface::local).toList();
    }

    /** The ruleset as nft reads it: replaces whatever was there in one transaction. */
    public static String render(VpcTopology topology) {
        var ruleset = new VpcRuleset(topology);
        ruleset.arp();
        ruleset.inet();
        String text = ruleset.text.toString();
        return text.replace(KEY, key(text));
    }

    private void arp() {
        open("arp", "vpc");
        set("sources", "ifname . ether_addr . ipv4_addr", each(local, VpcRuleset::source));
        set("macs", "ifname . ether_addr", each(local, VpcRuleset::mac));
        chain(
                "guests",
                "type filter hook input priority filter; policy drop;",
                "iifname \"" + CloudNames.UPLINK + "\" accept",
                "iifname . arp saddr ether . arp saddr ip @sources accept",
                "iifname . arp saddr ether @macs arp saddr ip 0.0.0.0 accept");
        close();
    }

    private void inet() {
        open("inet", "vpc");
        sets();
        fromGuests();
        translation();
        forward();
        router();
        groups();
        close();
    }

    private void sets() {
        List<Interface> unchecked = local.stream().filter(l -> !l.sourceDestCheck()).toList();
        set("sources", "ifname . ether_addr . ipv4_addr", each(local, VpcRuleset::source));
        set("forwarders", "ifname . ether_addr", each(unchecked, VpcRuleset::mac));
        set("taken", "ipv4_addr", each(topology.interfaces(), Interface::privateIp));
        set("macs", "ifname . ether_addr", each(local, VpcRuleset::mac));
        var devices = new ArrayList<String>(List.of(quote(CloudNames.UPLINK)));
        devices.addAll(each(local, VpcRuleset::device));
        set("known", "ifname", devices);
        set("resolvers", "ipv4_addr", resolvers());
        List<Interface> open = publicInterfaces(topology);
        map(
                "to_private",
                "ipv4_addr : ipv4_addr",
                each(open, l -> pair(l.publicIp(), l.privateIp())));
        map(
                "to_public",
                "ipv4_addr : ipv4_addr",
                each(open, l -> pair(l.privateIp(), l.publicIp())));
        set("with_public", "ipv4_addr", each(open, Interface::privateIp));
    }

    private void fromGuests() {
        List<Interface> limited = local.stream().filter(l -> l.bitsPerSecond() > 0).toList();
        map("limits", "ifname : verdict", each(limited, l -> device(l) + " : jump " + limit(l)));
        chain(
                "from_guests",
                "type filter hook prerouting priority raw; policy drop;",
                "iifname \"lo\" accept",
                "iifname \""
                        + CloudNames.UPLINK
                        + "\" ip saddr != { "
                        + String.join(", ", cidrs())
                        + " } accept",
                "iifname vmap @limits",
                "iifname . ether saddr . ip saddr @sources accept",
                // Who forwards for others may not speak for another interface of the VPC.
                "iifname . ether saddr @forwarders ip saddr != @taken ip saddr != 127.0.0.0/8"
                        + " accept",
                "iifname . ether saddr @macs ip saddr 0.0.0.0 ip daddr 255.255.255.255"
                        + " udp sport 68 udp dport 67 accept");
        for (Interface link : limited) {
            long bytes = Math.max(1, link.bitsPerSecond() / 8);
            long burst = Math.max(MIN_BURST, bytes / 10);
            chain(
                    limit(link),
                    "limit rate over " + bytes + " bytes/second burst " + burst + " bytes drop");
        }
    }

    private void translation() {
        chain(
                "incoming",
                "type nat hook prerouting priority dstnat; policy accept;",
                "iifname \"" + CloudNames.UPLINK + "\" dnat ip to ip daddr map @to_private");
        chain(
                "outgoing",
                "type nat hook postrouting priority srcnat; policy accept;",
                "oifname \"" + CloudNames.UPLINK + "\" snat ip to ip saddr map @to_public");
    }

    private void forward() {
        String marked = "ct mark and 0x00ffffff == " + KEY + " accept";
        chain(
                "forward",
                "type filter hook forward priority filter; policy drop;",
                "ct state invalid drop",
                "icmp type redirect drop",
                marked,
                "meta l4proto icmp ct state related accept",
                "iifname != @known drop",
                "oifname != @known drop",
                "iifname \"" + CloudNames.UPLINK + "\" oifname \"" + CloudNames.UPLINK + "\" drop",
                "oifname \""
                        + CloudNames.UPLINK
                        + "\" ct direction original ip saddr != @with_public drop",
                "ct direction original iifname vmap @egress",
                "ct direction original oifname vmap @ingress",
                "ct direction reply oifname vmap @egress",
                "ct direction reply iifname vmap @ingress",
                "ct mark set ct mark and 0xff000000 or " + KEY + " accept");
    }

    /**
     * What the router itself takes and sends: DHCP, names and metadata, whatever the groups say.
     */
    private void router() {
        chain(
                "input",
                "type filter hook input priority filter; policy drop;",
                "iifname \"lo\" accept",
                "ct state established,related accept",
                "iifname \"" + CloudNames.UPLINK + "\" drop",
                "udp sport 68 udp dport 67 accept",
                "iifname . ether saddr . ip saddr != @sources drop",
                "ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept",
                "ip daddr " + METADATA + " tcp dport 80 accept");
        chain(
                "output",
                "type filter hook output priority filter; policy accept;",
                "ip saddr " + METADATA + " tcp sport 80 ip dscp != 0 jump hop_limit");
        // The metadata service names the hop limit of an answer in the DSCP bits, which a Java
        // program can set; they do not leave the router.
        var limits = new ArrayList<String>();
        for (int limit = 1; limit <= MAX_HOP_LIMIT; limit++) {
            limits.add("ip dscp " + limit + " ip ttl set " + limit);
        }
        limits.add("ip dscp set 0");
        chain("hop_limit", limits.toArray(String[]::new));
    }

    private void groups() {
        Map<String, SecurityGroup> groups = new HashMap<>();
        topology.securityGroups().forEach(group -> groups.put(group.groupId(), group));
        SortedMap<String, SortedSet<String>> profiles = new TreeMap<>();
        for (Interface link : local) {
            var ids = new TreeSet<>(link.securityGroupIds());
            profiles.put(String.join(",", ids), ids);
        }
        memberSets(profiles.values(), groups);
        Map<String, Integer> numbers = new HashMap<>();
        profiles.forEach((name, ids) -> {
            int number = numbers.size();
            numbers.put(name, number);
            rules("ingress_" + number, ids, groups, SecurityGroup::ingress, "saddr");
            rules("egress_" + number, ids, groups, SecurityGroup::egress, "daddr");
        });
        for (String direction : List.of("ingress", "egress")) {
            map(
                    direction,
                    "ifname : verdict",
                    each(
                            local,
                            link -> {
                                var ids = new TreeSet<>(link.securityGroupIds());
                                int number = numbers.getOrDefault(String.join(",", ids), 0);
                                return device(link) + " : jump " + direction + "_" + number;
                            }));
        }
    }

    private void memberSets(
            Collection<SortedSet<String>> profiles, Map<String, SecurityGroup> groups) {
        var named = new TreeSet<String>();
        for (SortedSet<String> ids : profiles) {
            for (String id : ids) {
                SecurityGroup group = groups.get(id);
                if (group != null) {
                    named.addAll(named(group.ingress()));
                    named.addAll(named(group.egress()));
                }
            }
        }
        for (String id : named) {
            var members =
                    topology.interfaces().stream()
                            .filter(link -> link.securityGroupIds().contains(id))
                            .map(Interface::privateIp)
                            .distinct()
                            .sorted()
                            .toList();
            set(id, "ipv4_addr", members);
        }
    }

    private static List<String> named(List<Rule> rules) {
        var ids = new ArrayList<String>();
        for (Rule rule : rules) {
            switch (rule.peer()) {
                case Peer.Group(String groupId) -> ids.add(groupId);
                case Peer.Block block -> {}
            }
        }
        return ids;
    }

    private void rules(
            String chain,
            Collection<String> groupIds,
            Map<String, SecurityGroup> groups,
            Function<SecurityGroup, List<Rule>> direction,
            String peer) {
        var rules = new ArrayList<Rule>();
        for (String id : groupIds) {
            SecurityGroup group = groups.get(id);
            if (group != null) {
                rules.addAll(direction.apply(group));
            }
        }
        chain(chain, RuleChain.lines(rules, peer).toArray(String[]::new));
    }

    /** Local interfaces that the world reaches: a public address and a subnet with a way out. */
    public static List<Interface> publicInterfaces(VpcTopology topology) {
        List<String> open =
                topology.subnets().stream()
                        .filter(Subnet::internetRoute)
                        .map(Subnet::subnetId)
                        .toList();
        return topology.interfaces().stream()
                .filter(link -> link.local() && !link.publicIp().isEmpty())
                .filter(link -> open.contains(link.subnetId()))
                .toList();
    }

    private List<String> resolvers() {
        var addresses = new ArrayList<>(List.of(RESOLVER));
        for (Subnet subnet : topology.subnets()) {
            addresses.add(Ipv4Block.parse(subnet.cidr()).address(2));
        }
        return addresses.stream().distinct().sorted().toList();
    }

    private List<String> cidrs() {
        var kept = new ArrayList<Ipv4Block>();
        topology.cidrs().stream()
                .map(Ipv4Block::parse)
                .sorted()
                .filter(block -> kept.isEmpty() || !kept.getLast().contains(block))
                .forEach(kept::add);
        return kept.stream().map(Ipv4Block::toString).toList();
    }

    private static String key(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            String hex = HexFormat.of().formatHex(digest, 0, 3);
            return "0x00" + (hex.equals("000000") ? "000001" : hex);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static String device(Interface link) {
        return quote(CloudNames.tap(link.networkInterfaceId()));
    }

    private static String limit(Interface link) {
        return "limit_" + CloudNames.tap(link.networkInterfaceId());
    }

    private static String mac(Interface link) {
        return device(link) + " . " + link.mac();
    }

    private static String source(Interface link) {
        return mac(link) + " . " + link.privateIp();
    }

    private static String pair(String key, String value) {
        return key + " : " + value;
    }

    private static String quote(String text) {
        return "\"" + text + "\"";
    }

    private static List<String> each(List<Interface> links, Function<Interface, String> element) {
        return links.stream().map(element).sorted().toList();
    }

    private void open(String family, String table) {
        text.append("table ").append(family).append(' ').append(table).append(" {}\n");
        text.append("delete table ").append(family).append(' ').append(table).append('\n');
        text.append("table ").append(family).append(' ').append(table).append(" {\n");
    }

    private void close() {
        text.append("}\n");
    }

    private void set(String name, String type, List<String> elements) {
        block("set " + name, type, elements);
    }

    private void map(String name, String type, List<String> elements) {
        block("map " + name, type, elements);
    }

    private void block(String head, String type, List<String> elements) {
        text.append("  ").append(head).append(" {\n    type ").append(type).append('\n');
        if (!elements.isEmpty()) {
            text.append("    elements = { ")
                    .append(String.join(",\n      ", elements))
                    .append(" }\n");
        }
        text.append("  }\n");
    }

    private void chain(String name, String... lines) {
        text.append("  chain ").append(name).append(" {\n");
        for (String line : lines) {
            text.append("    ").append(line).append('\n');
        }
        text.append("  }\n");
    }
}
