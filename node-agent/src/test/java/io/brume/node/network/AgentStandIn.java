package io.brume.node.network;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.group;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.tcp;
import static io.brume.node.network.Topologies.vpc;

import io.brume.common.time.Time;
import io.brume.node.host.Processes;
import io.brume.node.network.dhcp.HostResolvers;
import io.brume.node.network.metadata.MetadataService;
import io.brume.node.network.namespace.NamespaceNetwork;
import io.brume.node.network.namespace.NetworkSettings;
import io.brume.node.network.namespace.NetworkSettings.DeviceKind;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** A program that keeps a VPC as an agent does, again and again, until it is killed. */
final class AgentStandIn {
    private AgentStandIn() {}

    /** The VPC it keeps. */
    static VpcTopology topology() {
        return vpc(
                List.of(local(1, "198.18.0.11", GROUP), local(2, "", GROUP)),
                group(GROUP, tcp(80, "0.0.0.0/0")));
    }

    public static void main(String[] arguments) throws Exception {
        var settings =
                new NetworkSettings(
                        new CloudNames(arguments[0]),
                        Path.of(arguments[1]),
                        Ipv4Block.parse("198.18.0.0/24"),
                        1500,
                        DeviceKind.VETH,
                        Optional.of(Path.of(arguments[2])));
        var network =
                new NamespaceNetwork(
                        settings,
                        HostCommands.through(Processes.system()),
                        new MetadataService(Time.system(), new SecureRandom()),
                        new HostResolvers(List.of()),
                        "nobody");
        VpcTopology topology = topology();
        while (true) {
            network.apply(topology);
            System.out.println("applied");
        }
    }
}
