package io.brume.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A free port that is taken again after a restart: the members of a Raft group know one another by
 * address.
 */
final class StablePort {
    private StablePort() {}

    /**
     * Where to listen: as configured, or for port 0 the free port that the file names; one that was
     * taken in the meantime is replaced.
     */
    static HostPort of(HostPort configured, Path file) throws IOException {
        if (configured.port() != 0) {
            return configured;
        }
        if (Files.exists(file)) {
            int known = parse(Files.readString(file).strip());
            if (known > 0 && isFree(configured.host(), known)) {
                return new HostPort(configured.host(), known);
            }
        }
        int fresh = free(configured.host(), 0);
        Files.write(file, Integer.toString(fresh).getBytes(UTF_8));
        return new HostPort(configured.host(), fresh);
    }

    private static int parse(String text) {
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    }

    private static boolean isFree(String host, int port) {
        try {
            return free(host, port) == port;
        } catch (IOException e) {
            return false; // Somebody has it.
        }
    }

    private static int free(String host, int port) throws IOException {
        try (var probe = new ServerSocket(port, 1, InetAddress.getByName(host))) {
            return probe.getLocalPort();
        }
    }
}
