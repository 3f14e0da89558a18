package io.brume.node.network.namespace;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.brume.node.network.CloudNames;
import io.brume.node.network.HostCommands;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Subnet;
import io.brume.node.network.nftables.HostRuleset;
import io.brume.node.network.nftables.NftCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What VPCs need in the host's own namespace: a link and routes per VPC, one table per cloud, and
 * forwarding on the device of the default route.
 *
 * <p>Forwarding is switched on for that one device and for our own links, never for the host as a
 * whole. What it was is kept in the run directory, and set again when the cloud's last VPC goes.
 */
final class HostSide {
    private static final Logger LOG = LoggerFactory.getLogger(HostSide.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final NetworkSettings settings;
    private final HostCommands commands;
    private final NftCommand nft;
    private final WantedLinks wanted;
    private final Path changes;

    HostSide(NetworkSettings settings, HostCommands commands, NftCommand nft, WantedLinks wanted) {
        this.settings = settings;
        this.commands = commands;
        this.nft = nft;
        this.wanted = wanted;
        this.changes = settings.runDirectory().resolve("changed-settings");
    }

    /**
     * The cloud's table, then the link to a VPC's namespace with the routes to its public
     * addresses, and the way out if a subnet is to have one.
     */
    void connect(VpcTopology topology) throws IOException {
        String device = settings.names().hostLink(topology.vpcId());
        String namespace = settings.names().namespace(topology.vpcId());
        String observed = observe(device);
        Optional<String> wayOut = wayOut(observed);
        nft.ensure(
                settings.onHost(),
                HostRuleset.render(settings.names(), settings.publicPool(), wayOut),
                "ip " + settings.names().hostTable());
        var planner =
                new LinkPlanner(
                        link ->
                                "link add "
                                        + link.name()
                                        + " type veth peer name "
                                        + CloudNames.UPLINK
                                        + " netns "
                                        + namespace,
                        name -> false);
        batch(planner.plan(LinkStateParser.parse(observed, device), wanted.host(topology)));
        var switches = new LinkedHashMap<String, String>();
        KernelSettings.uplink(switches, device);
        KernelSettings.apply(settings.hostNamespace(), switches);
        if (wayOut.isPresent() && topology.subnets().stream().anyMatch(Subnet::internetRoute)) {
            forward(wayOut.get());
        }
    }

    void disconnect(String vpcId) throws IOException {
        String device = settings.names().hostLink(vpcId);
        if (!LinkStateParser.parse(observe(device), device).links().isEmpty()) {
            batch(List.of("link del dev " + device));
        }
    }

    /** Takes away what the last VPC leaves. */
    synchronized void leave() throws IOException {
        nft.load(settings.onHost(), HostRuleset.remove(settings.names()));
        if (Files.exists(changes)) {
            Map<String, String> before = new LinkedHashMap<>();
            for (String line : Files.readAllLines(changes)) {
                String[] words = line.split(" ", 2);
                before.put(words[0], words[1]);
            }
            LOG.info("setting again what was before: {}", before);
            KernelSettings.apply(settings.hostNamespace(), before);
            Files.delete(changes);
        }
    }

    private synchronized void forward(String device) throws IOException {
        Map<String, String> before =
                KernelSettings.apply(
                        settings.hostNamespace(),
                        Map.of("ipv4/conf/" + device + "/forwarding", "1"));
        if (!before.isEmpty()) {
            LOG.info("forwarding switched on for {}, so that instances have a way out", device);
            var lines = new ArrayList<String>();
            before.forEach((key, value) -> lines.add(key + " " + value));
            Files.createDirectories(settings.runDirectory());
            Files.write(changes, lines);
        }
    }

    /** The device of the first default route: the kernel lists the preferred one first. */
    static Optional<String> wayOut(String observed) throws IOException {
        try (JsonParser parser = JSON.createParser(observed)) {
            while (parser.nextToken() != null) {
                JsonNode items = parser.readValueAsTree();
                for (JsonNode item : items) {
                    if (item.path("dst").asText().equals("default") && item.has("dev")) {
                        return Optional.of(item.path("dev").asText());
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A device as far as there is one, its routes, and the default routes. */
    private String observe(String device) throws IOException {
        String questions =
                "address show dev %1$s\nroute show dev %1$s\nroute show default\n"
                        .formatted(device);
        var command = new ArrayList<>(settings.onHost());
        command.addAll(List.of("ip", "-details", "-json", "-force", "-batch", "-"));
        HostCommands.Output output = commands.run(command, questions, PATIENCE);
        String error = output.standardError();
        boolean absent = error.contains("does not exist") || error.contains("Cannot find device");
        if (output.status() != 0 && !absent) {
            throw new IOException("ip could not tell about " + device + ": " + error.strip());
        }
        return output.standardOutput();
    }

    private void batch(List<String> lines) throws IOException {
        if (!lines.isEmpty()) {
            var command = new ArrayList<>(settings.onHost());
            command.addAll(List.of("ip", "-batch", "-"));
            commands.require(command, String.join("\n", lines) + "\n");
        }
    }
}
