package io.brume.node.network.nftables;

import io.brume.node.network.CloudNames;
import io.brume.node.network.Ipv4Block;
import java.util.Optional;

/**
 * One cloud's table in the host's own namespace: guests reach neither the host nor anything that
 * the host could forward to but the way out; nobody but the host and this cloud's VPCs reaches
 * guests; what leaves the host has the host's address. A pure function.
 */
public final class HostRuleset {
    /** The addresses between the host and its VPCs' routers; see {@code Uplink}. */
    public static final String LINKS = "240.0.0.0/4";

    private HostRuleset() {}

    /**
     * The table as nft reads it.
     *
     * @param wayOut the device of the host's default route; empty = there is none
     */
    public static String render(CloudNames names, Ipv4Block publicPool, Optional<String> wayOut) {
        String table = "table ip " + names.hostTable();
        String ours = "\"" + names.hostLinks() + "\"";
        String guests = "{ " + publicPool + ", " + LINKS + " }";
        String out =
                wayOut.map(device -> "iifname " + ours + " oifname \"" + device + "\" accept\n    ")
                        .orElse("");
        return """
        TABLE {}
        delete TABLE
        TABLE {
          chain input {
            type filter hook input priority filter; policy accept;
            iifname OURS ct state established,related accept
            iifname OURS drop
          }
          chain output {
            type filter hook output priority filter; policy accept;
            oifname OURS icmp type redirect drop
          }
          chain forward {
            type filter hook forward priority filter; policy accept;
            iifname OURS ip saddr != GUESTS drop
            iifname OURS oifname OURS accept
            WAY_OUTiifname OURS drop
            oifname OURS ct state established,related accept
            oifname OURS drop
          }
          chain outgoing {
            type nat hook postrouting priority srcnat; policy accept;
            ip saddr GUESTS oifname != OURS oifname != "lo" masquerade
          }
        }
        """
                .replace("TABLE", table)
                .replace("OURS", ours)
                .replace("GUESTS", guests)
                .replace("WAY_OUT", out);
    }

    /** Takes the table away, whether or not it is there. */
    public static String remove(CloudNames names) {
        String table = "table ip " + names.hostTable();
        return table + " {}\ndelete " + table + "\n";
    }
}
