package io.brume.node.network.namespace;

import io.brume.common.ffm.NetworkNamespaces;
import io.brume.node.network.CloudNames;
import io.brume.node.network.HostCommands;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Interface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namespaces themselves, and the links in them: observes, plans, changes. */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Path NAMESPACES = Path.of("/run/netns");

    private final NetworkSettings settings;
    private final HostCommands commands;
    private final WantedLinks wanted;
    private final LinkPlanner planner;

    Router(NetworkSettings settings, HostCommands commands, WantedLinks wanted) {
        this.settings = settings;
        this.commands = commands;
        this.wanted = wanted;
        this.planner = new LinkPlanner(Router::make, name -> name.startsWith("tap"));
    }

    /** The file that stands for a VPC's namespace. */
    Path file(String vpcId) {
        return NAMESPACES.resolve(settings.names().namespace(vpcId));
    }

    Set<String> vpcs() throws IOException {
        var vpcs = new TreeSet<String>();
        if (Files.isDirectory(NAMESPACES)) {
            try (var files = Files.list(NAMESPACES)) {
                files.forEach(file ->
                        settings.names().vpcOf(file.getFileName().toString()).ifPresent(vpcs::add));
            }
        }
        return vpcs;
    }

    /** Says whether the namespace had to be made. */
    boolean create(String vpcId) throws IOException {
        Path file = file(vpcId);
        if (Files.exists(file)) {
            if (enterable(file)) {
                return false;
            }
            LOG.warn("{} is no namespace any more, making it again", file);
            delete(vpcId);
        }
        ip(List.of("netns", "add", settings.names().namespace(vpcId)), "");
        KernelSettings.apply(Optional.of(file), KernelSettings.router());
        return true;
    }

    void delete(String vpcId) throws IOException {
        if (Files.exists(file(vpcId))) {
            ip(List.of("netns", "del", settings.names().namespace(vpcId)), "");
        }
    }

    /** Links, addresses, routes and neighbours; then what the kernel shall do on them. */
    void configure(VpcTopology topology) throws IOException {
        String namespace = settings.names().namespace(topology.vpcId());
        String questions = String.join("\n", LinkStateParser.QUESTIONS) + "\n";
        String answers =
                ip(List.of("-n", namespace, "-details", "-json", "-batch", "-"), questions);
        List<String> lines =
                planner.plan(LinkStateParser.parse(answers, ""), wanted.router(topology));
        if (!lines.isEmpty()) {
            LOG.debug("{}: {}", namespace, lines);
            ip(List.of("-n", namespace, "-batch", "-"), String.join("\n", lines) + "\n");
        }
        var switches = new LinkedHashMap<>(KernelSettings.router());
        KernelSettings.uplink(switches, CloudNames.UPLINK);
        for (Interface link : topology.interfaces()) {
            if (link.local()) {
                KernelSettings.guestLink(switches, CloudNames.tap(link.networkInterfaceId()));
            }
        }
        KernelSettings.apply(Optional.of(file(topology.vpcId())), switches);
        limit(topology, namespace);
    }

    private void limit(VpcTopology topology, String namespace) throws IOException {
        String present = commands.require(List.of("tc", "-n", namespace, "-json", "qdisc"), "");
        List<String> lines = BandwidthPlanner.plan(BandwidthPlanner.parse(present), topology);
        if (!lines.isEmpty()) {
            commands.require(
                    List.of("tc", "-n", namespace, "-batch", "-"), String.join("\n", lines) + "\n");
        }
    }

    private static String make(LinkState.Link link) {
        return switch (link.kind()) {
            case TAP -> "tuntap add dev " + link.name() + " mode tap";
            case VETH ->
                    "link add "
                            + link.name()
                            + " type veth peer name "
                            + CloudNames.far(link.name());
            case LOOPBACK, OTHER -> throw new IllegalStateException("nobody makes " + link.name());
        };
    }

    private static boolean enterable(Path file) {
        try {
            return NetworkNamespaces.call(file, () -> true);
        } catch (IOException e) {
            LOG.debug("{}", file, e);
            return false;
        }
    }

    private String ip(List<String> arguments, String input) throws IOException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(arguments);
        return commands.require(command, input);
    }
}
