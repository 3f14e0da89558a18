package io.brume.cli.fleet;

import io.brume.node.AgentSettings;
import io.brume.node.LocalHost;
import io.brume.node.RunningAgent;
import io.brume.node.instance.InstanceOptions;
import io.brume.node.sim.SimulationOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A program: the agent of a host whose volumes are pretended, too, where {@code NodeAgent} with
 * {@code hypervisor = simulated} needs storage nodes. For tests that play the control plane and
 * kill the agent.
 */
final class PretendedAgent {
    private static final int PARALLEL = 4;

    private PretendedAgent() {}

    public static void main(String[] arguments) throws Exception {
        AgentSettings settings = AgentSettings.read(Path.of(arguments[1]));
        Path data = Files.createDirectories(settings.data());
        RunningAgent.start(
                new RunningAgent.Place(
                        data,
                        settings.control(),
                        "pretended",
                        settings.zone(),
                        settings.joinToken()),
                LocalHost.simulated(SimulationOptions.lifelike(data.resolve("simulated"))),
                InstanceOptions.standard(settings.stopWithin(), PARALLEL));
        new CountDownLatch(1).await();
    }
}
