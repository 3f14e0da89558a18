package io.brume.control;

import io.brume.common.config.Configuration;
import io.brume.common.config.ConfigurationException;
import io.brume.common.config.HostPort;
import io.brume.common.config.Setting;
import io.brume.common.config.Settings;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.Region.Zone;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.scheduler.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of {@code control-plane.conf}. */
public record ControlPlaneSettings(
        Path data,
        String name,
        Region region,
        HostPort listen,
        HostPort fleetListen,
        HostPort raftListen,
        AccountId account,
        Ipv4Block publicPool,
        Optional<Path> bootstrap,
        List<Path> images,
        int vcpusPerCpu,
        int hostMemoryMib,
        Strategy placement,
        int volumeReplicas,
        Duration volumeReplaceAfter,
        Duration volumeModificationPause,
        List<String> s3Domains) {
    private static final Setting<Path> DATA =
            Setting.path("data", "The folder that holds everything this program must not lose.");
    private static final Setting<String> NAME =
            Setting.of(
                            "name",
                            "1 to 6 lower-case letters and digits",
                            "The cloud's name; it leads the names of all that the cloud makes on"
                                    + " its hosts.",
                            ControlPlaneSettings::name)
                    .standard("brume");
    private static final Setting<String> REGION =
            Setting.text("region", "The region's name, for example ap-northeast-2.")
                    .standard("us-east-1");
    private static final Setting<List<String>> ZONES =
            Setting.list("zones", "The availability zones, the first one being the default.")
                    .standard("us-east-1a");
    private static final Setting<HostPort> LISTEN =
            Setting.hostPort("listen", "Where AWS's clients are served.")
                    .standard("127.0.0.1:7000");
    private static final Setting<HostPort> FLEET_LISTEN =
            Setting.hostPort(
                            "fleet.listen", "Where agents and storage nodes dial, over mutual TLS.")
                    .standard("127.0.0.1:7001");
    private static final Setting<HostPort> RAFT_LISTEN =
            Setting.hostPort("raft.listen", "Where control planes reach each other.")
                    .standard("127.0.0.1:7002");
    private static final Setting<AccountId> ACCOUNT =
            Setting.of(
                            "account",
                            "12 digits",
                            "The first account, whose root user operates the cloud.",
                            AccountId::new)
                    .standard("123456789012");
    private static final Setting<Ipv4Block> PUBLIC_POOL =
            Setting.of(
                            "public.pool",
                            "IPv4 block, as 198.18.0.0/24",
                            "The addresses that instances are reached at from outside their"
                                    + " networks.",
                            ControlPlaneSettings::block)
                    .standard("198.18.0.0/24");
    private static final Setting<Optional<Path>> BOOTSTRAP =
            Setting.path(
                            "bootstrap",
                            "A folder for what the programs of the same machine need at the first"
                                    + " start: the first account's credentials and join tokens.")
                    .optional();
    private static final Setting<List<String>> IMAGES =
            Setting.list("images", "Folders on the hosts from which images may be imported.")
                    .standard("");
    private static final Setting<Integer> VCPUS_PER_CPU =
            Setting.number(
                            "overcommit.vcpus",
                            1,
                            64,
                            "How many vCPUs are given out for each processor of a host.")
                    .standard("8");
    private static final Setting<Integer> HOST_MEMORY =
            Setting.number(
                            "reserve.memory.mib",
                            0,
                            1 << 20,
                            "Memory in MiB that stays with each host.")
                    .standard("2048");
    private static final Setting<Strategy> PLACEMENT =
            Setting.choice(
                            "placement",
                            Strategy.class,
                            "Whether instances go to the emptiest host or fill one after the"
                                    + " other.")
                    .standard("spread");

    private static final Setting<Integer> VOLUME_REPLICAS =
            Setting.number(
                            "volume.replicas",
                            1,
                            5,
                            "How many copies a new volume has, each on another storage node of"
                                    + " its zone; fewer where there are not so many.")
                    .standard("3");
    private static final Setting<Duration> VOLUME_REPLACE_AFTER =
            Setting.duration(
                            "volume.replace.after",
                            "How long a storage node may be away before copies of what it holds"
                                    + " are made on others.")
                    .standard("10m");
    private static final Setting<Duration> VOLUME_MODIFICATION_PAUSE =
            Setting.duration(
                            "volume.modification.pause",
                            "How long after a modification a volume cannot be modified again; AWS"
                                    + " has 6 hours.")
                    .standard("0s");

    private static final Setting<List<String>> S3_DOMAINS =
            Setting.list(
                            "s3.domains",
                            "Names under which clients reach the object store: what stands before"
                                    + " one in the name that a client asks for is a bucket, as in"
                                    + " BUCKET.localhost.")
                    .standard("localhost");

    /** All keys, for the reference page. */
    public static final Settings SETTINGS =
            new Settings(
                    "control-plane",
                    List.of(
                            DATA,
                            NAME,
                            REGION,
                            ZONES,
                            LISTEN,
                            FLEET_LISTEN,
                            RAFT_LISTEN,
                            ACCOUNT,
                            PUBLIC_POOL,
                            BOOTSTRAP,
                            IMAGES,
                            VCPUS_PER_CPU,
                            HOST_MEMORY,
                            PLACEMENT,
                            VOLUME_REPLICAS,
                            VOLUME_REPLACE_AFTER,
                            VOLUME_MODIFICATION_PAUSE,
                            S3_DOMAINS));

    private static final Map<String, String> DIRECTIONS =
            Map.of(
                    "north", "n",
                    "south", "s",
                    "east", "e",
                    "west", "w",
                    "central", "c",
                    "northeast", "ne",
                    "northwest", "nw",
                    "southeast", "se",
                    "southwest", "sw");

    /**
     * Reads the file.
     *
     * @throws ConfigurationException naming every problem at once
     */
    public static ControlPlaneSettings read(Path file) throws ConfigurationException {
        return of(SETTINGS.read(file));
    }

    private static ControlPlaneSettings of(Configuration all) {
        var region = all.get(REGION);
        var listen = all.get(LISTEN);
        return new ControlPlaneSettings(
                all.get(DATA),
                all.get(NAME),
                new Region(region, zones(region, all.get(ZONES)), listen.toString()),
                listen,
                all.get(FLEET_LISTEN),
                all.get(RAFT_LISTEN),
                all.get(ACCOUNT),
                all.get(PUBLIC_POOL),
                all.get(BOOTSTRAP),
                all.get(IMAGES).stream().map(Path::of).toList(),
                all.get(VCPUS_PER_CPU),
                all.get(HOST_MEMORY),
                all.get(PLACEMENT),
                all.get(VOLUME_REPLICAS),
                all.get(VOLUME_REPLACE_AFTER),
                all.get(VOLUME_MODIFICATION_PAUSE),
                all.get(S3_DOMAINS));
    }

    private static List<Zone> zones(String region, List<String> names) {
        var zones = new ArrayList<Zone>();
        for (var name : names) {
            zones.add(new Zone(name, shortName(region) + "-az" + (zones.size() + 1)));
        }
        return zones;
    }

    /** As AWS shortens its regions: us-east-1 is use1, ap-northeast-2 is apne2. */
    private static String shortName(String region) {
        var out = new StringBuilder();
        for (var part : region.split("-", -1)) {
            out.append(DIRECTIONS.getOrDefault(part, part));
        }
        return out.toString();
    }

    private static String name(String text) {
        if (!text.matches("[a-z][a-z0-9]{0,5}")) {
            throw new IllegalArgumentException(
                    "must be 1 to 6 lower-case letters and digits, a letter first");
        }
        return text;
    }

    private static Ipv4Block block(String text) {
        return Ipv4Block.read(text)
                .orElseThrow(
                        () -> new IllegalArgumentException("must be a block as 198.18.0.0/24"));
    }
}
