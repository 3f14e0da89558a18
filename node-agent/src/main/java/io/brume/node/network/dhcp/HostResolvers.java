package io.brume.node.network.dhcp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resolvers that the host itself asks, as far as a VPC's namespace can reach them: not those on
 * the host's loopback. Where the host asks systemd-resolved, those that it asks.
 */
public final class HostResolvers {
    private static final Pattern LINE =
            Pattern.compile("(?m)^\\s*nameserver\\s+(\\d+\\.\\d+\\.\\d+\\.\\d+)\\s*$");

    private final List<Path> files;

    /**
     * @param files in resolv.conf's format; the first with a usable resolver counts
     */
    public HostResolvers(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** The files of a Linux host. */
    public static HostResolvers ofHost() {
        return new HostResolvers(
                List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf")));
    }

    /** IPv4 addresses; none when the host has none that could be used. */
    public List<String> addresses() throws IOException {
        for (Path file : files) {
            if (Files.isReadable(file)) {
                List<String> found = parse(Files.readString(file));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    static List<String> parse(String text) {
        var found = new ArrayList<String>();
        Matcher matcher = LINE.matcher(text);
        while (matcher.find()) {
            if (!matcher.group(1).startsWith("127.")) {
                found.add(matcher.group(1));
            }
        }
        return found;
    }
}
