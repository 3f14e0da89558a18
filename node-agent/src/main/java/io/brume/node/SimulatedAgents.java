package io.brume.node;

import io.brume.common.config.HostPort;
import io.brume.node.instance.InstanceOptions;
import io.brume.node.sim.SimulationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Many agents of simulated hosts in one process, each with its own identity, ledger and session:
 * for tests and scale runs against a real control plane. Thread-safe.
 */
public final class SimulatedAgents implements AutoCloseable {
    private final Path folder;
    private final HostPort control;
    private final Supplier<String> tokens;
    private final List<RunningAgent> agents = new CopyOnWriteArrayList<>();

    /**
     * No agents yet.
     *
     * @param folder each agent gets a folder of its own in it
     * @param control where the control plane serves agents
     * @param tokens makes a new join token for each
     */
    public SimulatedAgents(Path folder, HostPort control, Supplier<String> tokens) {
        this.folder = folder;
        this.control = control;
        this.tokens = tokens;
    }

    /**
     * Adds a host and waits until it has joined. Started again with the same name after {@link
     * #close}, it is the same node.
     *
     * @throws Exception when it does not start
     */
    public RunningAgent start(String hostName, String zone, SimulationOptions options)
            throws Exception {
        Path data = folder.resolve(hostName);
        Files.createDirectories(data);
        var agent =
                RunningAgent.start(
                        new RunningAgent.Place(
                                data, control, hostName, zone, Optional.of(token(data))),
                        LocalHost.simulated(options),
                        new InstanceOptions(
                                Duration.ofSeconds(2),
                                Duration.ofMillis(20),
                                Duration.ofSeconds(1),
                                Duration.ofMillis(200),
                                1000));
        agents.add(agent);
        return agent;
    }

    private Path token(Path data) throws IOException {
        Path file = data.resolve("join.token");
        if (!Files.exists(data.resolve("identity/identity.pem"))) {
            Files.writeString(file, tokens.get());
        }
        return file;
    }

    public List<RunningAgent> agents() {
        return List.copyOf(agents);
    }

    @Override
    public void close() {
        agents.forEach(RunningAgent::close);
        agents.clear();
    }
}
