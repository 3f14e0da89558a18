package io.brume.node.network.namespace;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.namespace.LinkState.Link;
import io.brume.node.network.namespace.LinkState.Neighbour;
import io.brume.node.network.namespace.LinkState.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Says what to change so that a namespace is as wanted: lines for {@code ip -batch}, in an order
 * that works, none when nothing is to be done. Pure.
 */
final class LinkPlanner {
    /** How a link of this name is made: the line for {@code ip}. */
    @FunctionalInterface
    interface Maker {
        String line(Link link);
    }

    private final Maker maker;
    private final Predicate<String> owned;

    /**
     * @param owned the names of links that are removed, with their routes, when they are not wanted
     */
    LinkPlanner(Maker maker, Predicate<String> owned) {
        this.maker = requireNonNull(maker);
        this.owned = requireNonNull(owned);
    }

    List<String> plan(LinkState observed, LinkState wanted) {
        var lines = new ArrayList<String>();
        Map<String, Link> kept = new TreeMap<>();
        for (Link link : sorted(observed.links())) {
            Link target = wanted.links().get(link.name());
            if (target == null ? owned.test(link.name()) : target.kind() != link.kind()) {
                lines.add("link del dev " + link.name());
            } else {
                kept.put(link.name(), link);
            }
        }
        // What hangs on a link vanishes with it, and with its going down.
        var fresh = new HashSet<String>();
        for (Link link : sorted(wanted.links())) {
            Link present = kept.get(link.name());
            if (present == null) {
                lines.add(maker.line(link));
                present = new Link(link.name(), link.kind(), "", -1, false, Set.of());
            }
            if (!present.up()) {
                fresh.add(link.name());
            }
            change(lines, present, link);
        }
        routes(lines, observed, wanted, kept.keySet(), fresh);
        neighbours(lines, observed, wanted, kept.keySet(), fresh);
        return lines;
    }

    private static void change(List<String> lines, Link present, Link wanted) {
        var settings = new StringBuilder();
        if (!wanted.mac().isEmpty() && !wanted.mac().equals(present.mac())) {
            settings.append(" address ").append(wanted.mac());
        }
        if (wanted.mtu() != 0 && wanted.mtu() != present.mtu()) {
            settings.append(" mtu ").append(wanted.mtu());
        }
        if (wanted.up() && !present.up()) {
            settings.append(" up");
        }
        if (!settings.isEmpty()) {
            lines.add("link set dev " + wanted.name() + settings);
        }
        for (String address : ordered(present.addresses())) {
            if (!wanted.addresses().contains(address) && !address.startsWith("127.")) {
                lines.add("address del " + address + " dev " + wanted.name());
            }
        }
        for (String address : ordered(wanted.addresses())) {
            if (!present.addresses().contains(address)) {
                lines.add(
                        "address replace " + address + " dev " + wanted.name() + " noprefixroute");
            }
        }
    }

    private void routes(
            List<String> lines,
            LinkState observed,
            LinkState wanted,
            Set<String> kept,
            Set<String> fresh) {
        Comparator<Route> order =
                Comparator.comparing((Route route) -> !route.gateway().isEmpty())
                        .thenComparing(Route::destination);
        for (Route route : observed.routes().stream().sorted(order.reversed()).toList()) {
            boolean ours = route.device().isEmpty() || wanted.links().containsKey(route.device());
            boolean there = route.device().isEmpty() || kept.contains(route.device());
            if (ours && there && !wanted.routes().contains(route)) {
                lines.add("route del " + text(route, false));
            }
        }
        for (Route route : wanted.routes().stream().sorted(order).toList()) {
            if (!observed.routes().contains(route) || fresh.contains(route.device())) {
                lines.add("route replace " + text(route, true));
            }
        }
    }

    private static String text(Route route, boolean complete) {
        if (route.device().isEmpty()) {
            return "unreachable " + route.destination();
        }
        var text = new StringBuilder(route.destination());
        if (!route.gateway().isEmpty()) {
            text.append(" via ").append(route.gateway());
        }
        text.append(" dev ").append(route.device());
        if (complete && !route.gateway().isEmpty()) {
            text.append(" onlink");
        }
        if (complete && !route.source().isEmpty()) {
            text.append(" src ").append(route.source());
        }
        return text.toString();
    }

    private static void neighbours(
            List<String> lines,
            LinkState observed,
            LinkState wanted,
            Set<String> kept,
            Set<String> fresh) {
        Comparator<Neighbour> order =
                Comparator.comparing(Neighbour::device).thenComparing(Neighbour::address);
        for (Neighbour neighbour : observed.neighbours().stream().sorted(order).toList()) {
            boolean ours = wanted.links().containsKey(neighbour.device());
            if (ours
                    && kept.contains(neighbour.device())
                    && !wanted.neighbours().contains(neighbour)) {
                lines.add("neighbour del " + neighbour.address() + " dev " + neighbour.device());
            }
        }
        for (Neighbour neighbour : wanted.neighbours().stream().sorted(order).toList()) {
            if (!observed.neighbours().contains(neighbour) || fresh.contains(neighbour.device())) {
                lines.add(
                        "neighbour replace "
                                + neighbour.address()
                                + " lladdr "
                                + neighbour.mac()
                                + " dev "
                                + neighbour.device()
                                + " nud permanent");
            }
        }
    }

    private static List<Link> sorted(Map<String, Link> links) {
        return links.values().stream().sorted(Comparator.comparing(Link::name)).toList();
    }

    private static List<String> ordered(Set<String> texts) {
        return texts.stream().sorted().toList();
    }
}
