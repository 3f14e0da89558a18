package io.brume.node.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Which places an image may come from. */
final class SourcePolicy {
    private final List<Path> folders;
    private final boolean localAddresses;

    SourcePolicy(List<Path> folders, boolean localAddresses) {
        this.folders = List.copyOf(folders);
        this.localAddresses = localAddresses;
    }

    /** The real place of a {@code file:} source. Throws if it, links followed, is not allowed. */
    Path file(URI source) throws IOException {
        if (source.getRawQuery() != null || source.getRawFragment() != null) {
            throw new IOException("not the address of a file: " + source);
        }
        String host = source.getHost();
        if (host != null && !host.isEmpty() && !host.equals("localhost")) {
            throw new IOException("not a file of this host: " + source);
        }
        Path asked;
        try {
            asked = Path.of(source.getPath());
        } catch (RuntimeException e) {
            throw new IOException("not the address of a file: " + source, e);
        }
        if (!asked.isAbsolute()) {
            throw new IOException("not an absolute path: " + asked);
        }
        for (Path folder : folders) {
            // One answer for what is absent and for what is forbidden: a path tells nothing.
            if (Files.exists(folder) && Files.exists(asked)) {
                Path real = asked.toRealPath();
                if (real.startsWith(folder.toRealPath())) {
                    return real;
                }
            }
        }
        throw new IOException(
                "there is no file %s in the folders that images may come from: %s"
                        .formatted(asked, folders));
    }

    /** Throws if an {@code http:} or {@code https:} source is not allowed. */
    void web(URI source) throws IOException {
        String host = source.getHost();
        if (host == null || source.getRawUserInfo() != null) {
            throw new IOException("not an address of a web server: " + source.getRawPath());
        }
        if (localAddresses) {
            return;
        }
        for (InetAddress address : InetAddress.getAllByName(host.replaceAll("[\\[\\]]", ""))) {
            if (address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isAnyLocalAddress()
                    || address.isMulticastAddress()) {
                throw new IOException("images may not come from this host's own addresses");
            }
        }
    }
}
