package io.brume.control.domain.vpc;

/**
 * A kind of traffic.
 *
 * @param protocol an IP protocol number; -1 = every protocol, and then both ports are -1
 * @param fromPort TCP and UDP: first port; ICMP: type; -1 = all
 * @param toPort TCP and UDP: last port; ICMP: code; -1 = all
 */
public record Traffic(int protocol, int fromPort, int toPort) {
    public static final int ALL = -1;
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    /** Everything. */
    public static final Traffic EVERYTHING = new Traffic(ALL, ALL, ALL);

    public Traffic {
        if (protocol < ALL || protocol > 255) {
            throw new IllegalArgumentException("not a protocol number: " + protocol);
        }
        if (fromPort < ALL || fromPort > 65535 || toPort < ALL || toPort > 65535) {
            throw new IllegalArgumentException("not ports: " + fromPort + "-" + toPort);
        }
    }

    /** Whether this protocol has ports, or types and codes. */
    public static boolean hasPorts(int protocol) {
        return protocol == TCP || protocol == UDP || isIcmp(protocol);
    }

    public static boolean isIcmp(int protocol) {
        return protocol == ICMP || protocol == ICMPV6;
    }

    /** As AWS writes the protocol: a name where it has one. */
    public String protocolName() {
        return switch (protocol) {
            case ICMP -> "icmp";
            case TCP -> "tcp";
            case UDP -> "udp";
            case ICMPV6 -> "icmpv6";
            default -> Integer.toString(protocol);
        };
    }
}
