package io.brume.node.network.namespace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.brume.node.network.CloudNames;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Interface;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says what to change so that no interface receives more than its share: a token bucket on each
 * tap, lines for {@code tc -batch}. What an interface sends is limited by the packet filter. Pure.
 */
final class BandwidthPlanner {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MIN_BURST = 65_536;

    private BandwidthPlanner() {}

    /**
     * Reads {@code tc -json qdisc show}: bits per second by device, for those with a token bucket.
     */
    static Map<String, Long> parse(String text) throws IOException {
        Map<String, Long> limits = new HashMap<>();
        for (JsonNode item : JSON.readTree(text.isBlank() ? "[]" : text)) {
            if (item.path("kind").asText().equals("tbf")) {
                limits.put(
                        item.path("dev").asText(), item.path("options").path("rate").asLong() * 8);
            }
        }
        return limits;
    }

    static List<String> plan(Map<String, Long> observed, VpcTopology topology) {
        var lines = new ArrayList<String>();
        for (Interface link : topology.interfaces()) {
            if (!link.local()) {
                continue;
            }
            String tap = CloudNames.tap(link.networkInterfaceId());
            long present = observed.getOrDefault(tap, 0L);
            long bytes = link.bitsPerSecond() / 8;
            if (present / 8 == bytes) {
                continue;
            }
            lines.add(
                    bytes == 0
                            ? "qdisc del dev " + tap + " root"
                            : "qdisc replace dev "
                                    + tap
                                    + " root tbf rate "
                                    + bytes * 8
                                    + "bit burst "
                                    + Math.max(MIN_BURST, bytes / 100)
                                    + " latency 50ms");
        }
        return lines;
    }
}
