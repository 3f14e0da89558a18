package io.brume.common.config;

import static java.util.Objects.requireNonNull;

/**
 * Where a program listens or is reached.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 0 to 65535; 0 only where a free port is to be taken
 */
public record HostPort(String host, int port) {
    public HostPort {
        requireNonNull(host);
        if (host.isEmpty() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("must be host:port with a port up to 65535");
        }
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException with a reason for people
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException("must be host:port, for example 127.0.0.1:7001");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 address must be in brackets");
        }
        try {
            return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the port must be a number", e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
