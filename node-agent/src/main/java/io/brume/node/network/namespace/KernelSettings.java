package io.brume.node.network.namespace;

import io.brume.common.ffm.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The switches under {@code /proc/sys/net} of a namespace: read first, written only where they
 * differ. The path means the namespace of the thread that opens it.
 */
final class KernelSettings {
    private static final Path ROOT = Path.of("/proc/sys/net");

    private KernelSettings() {}

    /** What makes a namespace a router, before it has any interface. */
    static SequencedMap<String, String> router() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("ipv6/conf/all/disable_ipv6", "1");
        settings.put("ipv6/conf/default/disable_ipv6", "1");
        for (String scope : new String[] {"all", "default"}) {
            String base = "ipv4/conf/" + scope + "/";
            settings.put(base + "rp_filter", "1");
            settings.put(base + "accept_redirects", "0");
            settings.put(base + "send_redirects", "0");
            settings.put(base + "accept_source_route", "0");
        }
        // Packets of a connection that was never seen to begin belong to none.
        settings.put("netfilter/nf_conntrack_tcp_loose", "0");
        settings.put("ipv4/ip_forward", "1");
        return settings;
    }

    /** What makes the router answer for everybody on an interface, and at once. */
    static void guestLink(Map<String, String> settings, String device) {
        settings.put("ipv4/conf/" + device + "/proxy_arp", "1");
        settings.put("ipv4/conf/" + device + "/rp_filter", "1");
        settings.put("ipv4/neigh/" + device + "/proxy_delay", "0");
    }

    /** The host's end of a VPC's way out, and the router's. */
    static void uplink(Map<String, String> settings, String device) {
        settings.put("ipv4/conf/" + device + "/arp_ignore", "1");
        settings.put("ipv4/conf/" + device + "/rp_filter", "1");
        settings.put("ipv4/conf/" + device + "/forwarding", "1");
        settings.put("ipv6/conf/" + device + "/disable_ipv6", "1");
    }

    /**
     * Sets them in a namespace.
     *
     * @param namespace empty = this process's own
     * @return what was different, as it was before
     */
    static Map<String, String> apply(Optional<Path> namespace, Map<String, String> settings)
            throws IOException {
        if (settings.isEmpty()) {
            return Map.of();
        }
        return namespace.isPresent()
                ? NetworkNamespaces.call(namespace.get(), () -> write(settings))
                : write(settings);
    }

    private static Map<String, String> write(Map<String, String> settings) throws IOException {
        var before = new LinkedHashMap<String, String>();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            Path file = ROOT.resolve(setting.getKey());
            // A kernel without IPv6 needs none of its switches.
            if (setting.getKey().startsWith("ipv6/") && !Files.exists(file)) {
                continue;
            }
            String present = Files.readString(file).strip();
            if (!present.equals(setting.getValue())) {
                Files.writeString(file, setting.getValue());
                before.put(setting.getKey(), present);
            }
        }
        return before;
    }
}
