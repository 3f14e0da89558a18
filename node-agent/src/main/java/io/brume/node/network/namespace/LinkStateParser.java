package io.brume.node.network.namespace;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.brume.node.network.namespace.LinkState.Kind;
import io.brume.node.network.namespace.LinkState.Link;
import io.brume.node.network.namespace.LinkState.Neighbour;
import io.brume.node.network.namespace.LinkState.Route;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;

/**
 * Reads what {@code ip -details -json -batch} prints for {@link #QUESTIONS}: one array per
 * question, links, routes and neighbours in any order, told apart by their fields.
 */
final class LinkStateParser {
    /** What to ask about a whole namespace. */
    static final List<String> QUESTIONS =
            List.of("address show", "route show", "neighbour show nud permanent");

    private static final ObjectMapper JSON = new ObjectMapper();

    private LinkStateParser() {}

    /**
     * @param device the device that was asked about, which {@code ip} then leaves out of routes;
     *     empty = all were asked about
     */
    static LinkState parse(String text, String device) throws IOException {
        var state = new LinkState.Builder();
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                JsonNode items = parser.readValueAsTree();
                for (JsonNode item : items) {
                    if (item.has("ifname")) {
                        state.link(link(item));
                    } else if (item.has("lladdr")) {
                        state.neighbour(neighbour(item));
                    } else if (item.has("dst")
                            && !item.path("protocol").asText().equals("kernel")) {
                        state.route(route(item, device));
                    }
                }
            }
        }
        return state.build();
    }

    private static Link link(JsonNode item) {
        var addresses = new HashSet<String>();
        for (JsonNode address : item.path("addr_info")) {
            if (address.path("family").asText().equals("inet")) {
                addresses.add(
                        address.path("local").asText() + "/" + address.path("prefixlen").asInt());
            }
        }
        boolean up = false;
        for (JsonNode flag : item.path("flags")) {
            up |= flag.asText().equals("UP");
        }
        return new Link(
                item.path("ifname").asText(),
                kind(item),
                item.path("address").asText(),
                item.path("mtu").asInt(),
                up,
                addresses);
    }

    private static Kind kind(JsonNode item) {
        if (item.path("link_type").asText().equals("loopback")) {
            return Kind.LOOPBACK;
        }
        JsonNode info = item.path("linkinfo");
        return switch (info.path("info_kind").asText()) {
            case "tun" ->
                    info.path("info_data").path("type").asText().equals("tap")
                            ? Kind.TAP
                            : Kind.OTHER;
            case "veth" -> Kind.VETH;
            default -> Kind.OTHER;
        };
    }

    private static Route route(JsonNode item, String device) {
        String destination = item.path("dst").asText();
        if (item.path("type").asText().equals("unreachable")) {
            return Route.unreachable(destination);
        }
        return new Route(
                destination,
                item.path("dev").asText(device),
                item.path("gateway").asText(),
                item.path("prefsrc").asText());
    }

    private static Neighbour neighbour(JsonNode item) {
        return new Neighbour(
                item.path("dev").asText(), item.path("dst").asText(), item.path("lladdr").asText());
    }
}
