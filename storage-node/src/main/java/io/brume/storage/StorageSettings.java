package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.ConfigurationException;
import io.brume.common.config.HostPort;
import io.brume.common.config.Setting;
import io.brume.common.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The storage node's configuration.
 *
 * @param data where it keeps its identity and, later, blocks and objects
 * @param control where the control plane serves nodes
 * @param listen where health and metrics are served
 * @param joinToken the file that holds the join token
 */
public record StorageSettings(
        Path data,
        HostPort control,
        String name,
        String zone,
        Optional<String> hostName,
        HostPort listen,
        Optional<Path> joinToken) {
    private static final Setting<Path> DATA =
            Setting.path("data", "Folder for everything the node keeps. Made when needed.");
    private static final Setting<HostPort> CONTROL =
            Setting.hostPort("control", "Where the control plane serves nodes.");
    private static final Setting<String> NAME =
            Setting.text("name", "The cloud's name, for people who look at several.")
                    .standard("brume");
    private static final Setting<String> ZONE =
            Setting.text("zone", "The availability zone that this host is in.")
                    .standard("us-east-1a");
    private static final Setting<Optional<String>> HOST_NAME =
            Setting.text(
                            "host.name",
                            "What people call this host. The system's host name where not given.")
                    .optional();
    private static final Setting<HostPort> LISTEN =
            Setting.hostPort(
                            "listen",
                            "Where /health, /ready and /metrics are served. Port 0 takes a free"
                                    + " one.")
                    .standard("127.0.0.1:0");
    private static final Setting<Optional<Path>> JOIN_TOKEN =
            Setting.path(
                            "join.token",
                            "File with the token to join the cloud with. Deleted once the node"
                                    + " has joined; not needed after that.")
                    .optional();

    /** Every key, for the reference page. */
    public static final Settings ALL =
            new Settings(
                    "storage-node",
                    List.of(DATA, CONTROL, NAME, ZONE, HOST_NAME, LISTEN, JOIN_TOKEN));

    public StorageSettings {
        requireNonNull(data);
        requireNonNull(control);
        requireNonNull(zone);
        requireNonNull(listen);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigurationException naming every problem at once
     */
    public static StorageSettings read(Path file) throws ConfigurationException {
        var read = ALL.read(file);
        return new StorageSettings(
                read.get(DATA).toAbsolutePath().normalize(),
                read.get(CONTROL),
                read.get(NAME),
                read.get(ZONE),
                read.get(HOST_NAME),
                read.get(LISTEN),
                read.get(JOIN_TOKEN));
    }
}
