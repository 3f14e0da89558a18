package io.brume.node.network.dhcp;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.brume.node.network.Ipv4Block;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.Subnet;
import java.nio.file.Path;
import java.util.List;

/**
 * What one VPC's dnsmasq reads, a pure function of the topology.
 *
 * @param configuration read at its start only: a change needs a new process
 * @param leases who gets which address; read again on SIGHUP
 * @param names what the resolver knows itself; read again on SIGHUP
 */
record DhcpFiles(String configuration, String leases, String names) {
    private static final int LEASE_SECONDS = 3600;

    DhcpFiles {
        requireNonNull(configuration);
        requireNonNull(leases);
        requireNonNull(names);
    }

    /**
     * @param upstream resolvers for names outside of the VPC; none = such names are refused
     * @param user the unprivileged user it runs as
     */
    static DhcpFiles render(
            VpcTopology topology, Path directory, int mtu, List<String> upstream, String user) {
        var lines = new StringBuilder();
        line(lines, "pid-file=" + directory.resolve(Dnsmasq.PID_FILE));
        line(lines, "user=" + user);
        line(lines, "no-hosts");
        line(lines, "no-resolv");
        line(lines, "no-ping");
        line(lines, "leasefile-ro");
        line(lines, "quiet-dhcp");
        line(lines, "domain=" + topology.domainName());
        line(lines, "local=/" + topology.domainName() + "/");
        line(lines, "bogus-priv");
        line(lines, "cache-size=1000");
        line(lines, "dns-forward-max=300");
        line(lines, "addn-hosts=" + directory.resolve(Dnsmasq.NAMES));
        line(lines, "dhcp-hostsfile=" + directory.resolve(Dnsmasq.LEASES));
        line(lines, "dhcp-authoritative");
        line(lines, "dhcp-ignore=tag:!known");
        // A unicast answer would put an entry of its own into the router's neighbour table.
        line(lines, "dhcp-broadcast");
        line(lines, "dhcp-option=option:mtu," + mtu);
        for (Subnet subnet : sorted(topology)) {
            Ipv4Block block = Ipv4Block.parse(subnet.cidr());
            String tag = subnet.subnetId();
            line(
                    lines,
                    "dhcp-range=set:"
                            + tag
                            + ","
                            + block.address(0)
                            + ",static,"
                            + block.netmask()
                            + ","
                            + LEASE_SECONDS);
            line(lines, "dhcp-option=tag:" + tag + ",option:router," + block.address(1));
            line(lines, "dhcp-option=tag:" + tag + ",option:dns-server," + block.address(2));
        }
        upstream.forEach(server -> line(lines, "server=" + server));
        return new DhcpFiles(lines.toString(), leases(topology), names(topology));
    }

    private static String leases(VpcTopology topology) {
        var lines = new StringBuilder();
        for (Interface link : interfaces(topology)) {
            if (link.local()) {
                line(lines, link.mac() + "," + link.privateIp() + "," + hostName(link));
            }
        }
        return lines.toString();
    }

    private static String names(VpcTopology topology) {
        var lines = new StringBuilder();
        for (Interface link : interfaces(topology)) {
            String address = link.privateIp();
            String name = Ipv4Block.hostName(address);
            line(lines, address + " " + name + "." + topology.domainName());
            if (!hostName(link).equals(name)) {
                line(lines, address + " " + hostName(link) + "." + topology.domainName());
            }
        }
        return lines.toString();
    }

    /** The first label: a topology may give the full name. */
    private static String hostName(Interface link) {
        String name = link.hostName();
        if (name.isEmpty()) {
            return Ipv4Block.hostName(link.privateIp());
        }
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static List<Subnet> sorted(VpcTopology topology) {
        return topology.subnets().stream().sorted(comparing(Subnet::subnetId)).toList();
    }

    private static List<Interface> interfaces(VpcTopology topology) {
        return topology.interfaces().stream()
                .sorted(comparing(link -> Ipv4Block.parse(link.privateIp())))
                .toList();
    }

    private static void line(StringBuilder lines, String line) {
        lines.append(line).append('\n');
    }
}
