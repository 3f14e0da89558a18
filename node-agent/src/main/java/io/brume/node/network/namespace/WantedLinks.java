package io.brume.node.network.namespace;

import io.brume.node.network.CloudNames;
import io.brume.node.network.Ipv4Block;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.Subnet;
import io.brume.node.network.namespace.LinkState.Kind;
import io.brume.node.network.namespace.LinkState.Link;
import io.brume.node.network.namespace.LinkState.Neighbour;
import io.brume.node.network.namespace.LinkState.Route;
import io.brume.node.network.namespace.NetworkSettings.DeviceKind;
import io.brume.node.network.nftables.VpcRuleset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a VPC's links, addresses and routes shall be, in its namespace and on the host. Pure. */
final class WantedLinks {
    /**
     * The router's MAC on every interface, always the same so that guests may remember it: each
     * interface is a segment of its own.
     */
    static final String ROUTER_MAC = "0e:ff:ff:ff:ff:01";

    private final NetworkSettings settings;

    WantedLinks(NetworkSettings settings) {
        this.settings = settings;
    }

    /** The namespace's side. */
    LinkState router(VpcTopology topology) {
        var state = new LinkState.Builder();
        Map<String, Ipv4Block> subnets = new HashMap<>();
        Set<String> own = new HashSet<>();
        own.add(VpcRuleset.METADATA + "/32");
        own.add(VpcRuleset.RESOLVER + "/32");
        for (Subnet subnet : topology.subnets()) {
            Ipv4Block block = Ipv4Block.parse(subnet.cidr());
            subnets.put(subnet.subnetId(), block);
            own.add(block.address(2) + "/32");
        }
        state.link(new Link("lo", Kind.LOOPBACK, "", 0, true, own));
        state.link(
                new Link(
                        CloudNames.UPLINK,
                        Kind.VETH,
                        "",
                        settings.mtu(),
                        true,
                        Set.of(linkAddress(topology.number()) + "/32")));
        state.route(new Route("default", CloudNames.UPLINK, settings.hostAddress(), ""));
        // Addresses that nobody has do not leak out by the default route, nor does proxy ARP answer
        // for them.
        for (String cidr : topology.cidrs()) {
            state.route(Route.unreachable(Ipv4Block.parse(cidr).toString()));
        }
        for (Interface link : topology.interfaces()) {
            Ipv4Block subnet = subnets.get(link.subnetId());
            if (link.local() && subnet != null) {
                add(state, link, subnet);
            }
        }
        return state.build();
    }

    private void add(LinkState.Builder state, Interface link, Ipv4Block subnet) {
        String tap = CloudNames.tap(link.networkInterfaceId());
        Kind kind = settings.deviceKind() == DeviceKind.TAP ? Kind.TAP : Kind.VETH;
        // Every tap carries the gateway's address, with the subnet's prefix: dnsmasq finds by it
        // the subnet of whoever asks. It makes no route.
        String gateway = subnet.address(1) + "/" + subnet.prefix();
        state.link(new Link(tap, kind, ROUTER_MAC, settings.mtu(), true, Set.of(gateway)));
        state.route(new Route(link.privateIp(), tap, "", ""));
        state.neighbour(new Neighbour(tap, link.privateIp(), link.mac()));
    }

    /** The host's side: its end of the pair, and a route per public address. */
    LinkState host(VpcTopology topology) {
        String device = settings.names().hostLink(topology.vpcId());
        String address = settings.hostAddress();
        String router = linkAddress(topology.number());
        var state =
                new LinkState.Builder()
                        .link(
                                new Link(
                                        device,
                                        Kind.VETH,
                                        "",
                                        settings.mtu(),
                                        true,
                                        Set.of(address + "/32")))
                        .route(new Route(router, device, "", address));
        for (Interface link : VpcRuleset.publicInterfaces(topology)) {
            state.route(new Route(link.publicIp(), device, router, address));
        }
        return state.build();
    }

    /**
     * A router's address on its way to the host: 240.0.0.0/4 is nobody's, and its 28 bits hold four
     * of the cloud and the VPC's number, so that no two VPCs of a host share one.
     */
    String linkAddress(int vpcNumber) {
        return new Ipv4Block(0xF0 << 24 | settings.names().nibble() << 24 | vpcNumber, 32)
                .toString();
    }
}
