package io.brume.node.network.namespace;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The links, routes and neighbours of one namespace, wanted or observed.
 *
 * @param links by name
 */
record LinkState(Map<String, Link> links, Set<Route> routes, Set<Neighbour> neighbours) {
    LinkState {
        links = Map.copyOf(links);
        routes = Set.copyOf(routes);
        neighbours = Set.copyOf(neighbours);
    }

    /** How a link comes into being. */
    enum Kind {
        /** Made with the namespace. */
        LOOPBACK,
        /** The network device of a virtual machine. */
        TAP,
        /** One end of a pair, the network device of a container or the way to the host. */
        VETH,
        /** None that the network makes. */
        OTHER
    }

    /**
     * @param mac empty = any
     * @param mtu bytes; 0 = any
     * @param addresses with their prefix, for example {@code 10.0.0.1/24}
     */
    record Link(String name, Kind kind, String mac, int mtu, boolean up, Set<String> addresses) {
        Link {
            addresses = Set.copyOf(addresses);
        }
    }

    /**
     * @param destination as {@code ip} prints it: {@code default}, {@code 10.0.0.5} or {@code
     *     10.0.0.0/16}
     * @param device empty = packets there are answered with "unreachable"
     * @param gateway empty = on the link itself
     * @param source the address the host prefers to use; empty = any
     */
    record Route(String destination, String device, String gateway, String source) {
        static Route unreachable(String destination) {
            return new Route(destination, "", "", "");
        }
    }

    /** An address whose MAC is known, so that nobody is asked for it. */
    record Neighbour(String device, String address, String mac) {}

    /** Collects a state. */
    static final class Builder {
        private final Map<String, Link> links = new HashMap<>();
        private final Set<Route> routes = new HashSet<>();
        private final Set<Neighbour> neighbours = new HashSet<>();

        Builder link(Link link) {
            links.put(link.name(), link);
            return this;
        }

        Builder route(Route route) {
            routes.add(route);
            return this;
        }

        Builder neighbour(Neighbour neighbour) {
            neighbours.add(neighbour);
            return this;
        }

        LinkState build() {
            return new LinkState(links, routes, neighbours);
        }
    }
}
