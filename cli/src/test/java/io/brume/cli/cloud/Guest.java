package io.brume.cli.cloud;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;

/**
 * An instance as its user reaches it: by {@code ssh} with a key pair.
 *
 * @param user who logs in
 */
record Guest(String id, String publicAddress, String privateAddress, String user, Path key) {
    private static final Duration COMMAND = Duration.ofSeconds(60);

    /** Runs a command in the guest. */
    Command.Result ssh(String command) {
        return ssh(COMMAND, command);
    }

    Command.Result ssh(Duration within, String command) {
        var line = new ArrayList<>(List.of("ssh", "-i", key.toString()));
        for (String option :
                List.of(
                        "BatchMode=yes",
                        "IdentitiesOnly=yes",
                        "StrictHostKeyChecking=no",
                        "UserKnownHostsFile=/dev/null",
                        "LogLevel=ERROR",
                        "ConnectTimeout=5",
                        "ServerAliveInterval=5")) {
            line.add("-o");
            line.add(option);
        }
        line.add(user + "@" + publicAddress);
        line.add(command);
        return Command.run(Map.of("HOME", "/nonexistent"), within, line);
    }

    /** What a command in the guest prints, without white space around it. */
    String says(String command) {
        return ssh(command).ok().strip();
    }

    /** Waits until a shell answers. */
    void awaitShell(int seconds) {
        try {
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(seconds))
                    .until(() -> opens(22, 500) && ssh("true").worked());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "no shell of %s at %s: port 22 %s; ssh: %s"
                            .formatted(
                                    id,
                                    publicAddress,
                                    opens(22, 5000) ? "opens" : "does not open",
                                    ssh("true").output()),
                    e);
        }
    }

    /** Whether a TCP connection from this machine to the guest's public address comes about. */
    boolean opens(int port, int millis) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(publicAddress, port), millis);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the guest reaches a TCP port of another. */
    boolean reaches(String address, int port) {
        return ssh("nc -w 2 %s %d </dev/null >/dev/null 2>&1".formatted(address, port)).worked();
    }
}
