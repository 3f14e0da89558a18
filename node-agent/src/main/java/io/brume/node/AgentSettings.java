package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.Configuration;
import io.brume.common.config.ConfigurationException;
import io.brume.common.config.HostPort;
import io.brume.common.config.Setting;
import io.brume.common.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The agent's configuration.
 *
 * @param data where the agent keeps its identity, its ledger, and all guests and disks
 * @param control where the control plane serves agents
 * @param name begins the names of all that the agent makes on the host, so that several clouds can
 *     share one
 * @param hostName what people call this host
 * @param listen where health and metrics are served
 * @param joinToken the file that holds the join token
 * @param publicPool the addresses that this host may give to instances
 * @param keys where keys of volumes are kept, in memory
 * @param nbdListen where volumes are served to clients that are no instance
 * @param images the folders from which images may be imported by file address
 */
public record AgentSettings(
        Path data,
        HostPort control,
        String name,
        String zone,
        Optional<String> hostName,
        HostPort listen,
        Optional<Path> joinToken,
        String publicPool,
        HypervisorKind hypervisor,
        List<Path> images,
        Optional<Path> keys,
        HostPort nbdListen,
        Duration stopWithin,
        Optional<Integer> parallelStarts) {
    /** How guests run. */
    public enum HypervisorKind {
        QEMU,
        SIMULATED
    }

    private static final Setting<Path> DATA =
            Setting.path(
                    "data",
                    "Folder for the agent's identity and ledger, images, disks and guests. Made"
                            + " when needed.");
    private static final Setting<HostPort> CONTROL =
            Setting.hostPort("control", "Where the control plane serves agents.");
    private static final Setting<String> NAME =
            Setting.of(
                            "name",
                            "a to z, 0 to 9 and -, at most 16",
                            "Begins the names of namespaces, links and control groups that the"
                                    + " agent makes, so that several clouds can share a host.",
                            AgentSettings::prefix)
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
                            "File with the token to join the cloud with. Deleted once the host"
                                    + " has joined; not needed after that.")
                    .optional();
    private static final Setting<String> PUBLIC_POOL =
            Setting.text(
                            "public.pool",
                            "Block of addresses (CIDR) that instances' public addresses come from;"
                                    + " its first address is the host's own.")
                    .standard("198.18.0.0/24");
    private static final Setting<HypervisorKind> HYPERVISOR =
            Setting.choice(
                            "hypervisor",
                            HypervisorKind.class,
                            "How guests run. A simulated host needs no root and runs nothing.")
                    .standard("qemu");
    private static final Setting<List<Path>> IMAGES =
            Setting.of(
                            "images",
                            "folders, between commas",
                            "Folders from which images may be imported by a file: address. Without"
                                    + " any, only http: and https: are allowed.",
                            AgentSettings::folders)
                    .standard("");
    private static final Setting<Optional<Path>> KEYS =
            Setting.path(
                            "keys",
                            "Folder for the keys of encrypted volumes, on a file system that is"
                                    + " memory (tmpfs): a disk is not taken. Where not given,"
                                    + " one of its own in /run or /dev/shm.")
                    .optional();
    private static final Setting<HostPort> NBD_LISTEN =
            Setting.hostPort(
                            "nbd.listen",
                            "Where volumes are served to clients that are no instance (brume"
                                    + " volume serve), over mutual TLS. Port 0 takes a free one"
                                    + " for each volume; with another one, a single volume can be"
                                    + " served at a time.")
                    .standard("127.0.0.1:0");
    private static final Setting<Duration> STOP_WITHIN =
            Setting.duration(
                            "stop.within",
                            "How long a guest that was asked to shut down may take before it is"
                                    + " ended.")
                    .standard("30s");
    private static final Setting<Optional<Integer>> PARALLEL_STARTS =
            Setting.number(
                            "start.parallel",
                            1,
                            1000,
                            "How many guests are started at the same time. Twice the number of"
                                    + " processors where not given.")
                    .optional();

    /** Every key, for the reference page. */
    public static final Settings ALL =
            new Settings(
                    "node-agent",
                    List.of(
                            DATA,
                            CONTROL,
                            NAME,
                            ZONE,
                            HOST_NAME,
                            LISTEN,
                            JOIN_TOKEN,
                            PUBLIC_POOL,
                            HYPERVISOR,
                            IMAGES,
                            KEYS,
                            NBD_LISTEN,
                            STOP_WITHIN,
                            PARALLEL_STARTS));

    public AgentSettings {
        requireNonNull(data);
        requireNonNull(control);
        requireNonNull(name);
        requireNonNull(zone);
        requireNonNull(listen);
        requireNonNull(publicPool);
        requireNonNull(nbdListen);
        images = List.copyOf(images);
    }

    /** Where keys of volumes may be kept; the first that is in memory is taken. */
    List<Path> keyFolders() {
        // Two clouds of one name may share a host as long as nothing real runs in them.
        String folder =
                "brume-" + name + "-" + Integer.toHexString(data.toString().hashCode()) + "-keys";
        return keys.map(List::of)
                .orElseGet(() -> List.of(Path.of("/run", folder), Path.of("/dev/shm", folder)));
    }

    private static String prefix(String text) {
        if (!text.matches("[a-z][a-z0-9-]{0,15}")) {
            throw new IllegalArgumentException(
                    "must be 1 to 16 of a to z, 0 to 9 and -, a letter first");
        }
        return text;
    }

    private static List<Path> folders(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .map(folder -> Path.of(folder).toAbsolutePath().normalize())
                .toList();
    }

    /**
     * Reads a file.
     *
     * @throws ConfigurationException naming every problem at once
     */
    public static AgentSettings read(Path file) throws ConfigurationException {
        return from(ALL.read(file));
    }

    static AgentSettings from(Configuration read) {
        return new AgentSettings(
                read.get(DATA).toAbsolutePath().normalize(),
                read.get(CONTROL),
                read.get(NAME),
                read.get(ZONE),
                read.get(HOST_NAME),
                read.get(LISTEN),
                read.get(JOIN_TOKEN),
                read.get(PUBLIC_POOL),
                read.get(HYPERVISOR),
                read.get(IMAGES),
                read.get(KEYS),
                read.get(NBD_LISTEN),
                read.get(STOP_WITHIN),
                read.get(PARALLEL_STARTS));
    }
}
