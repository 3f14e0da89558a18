package io.brume.node;

import io.brume.common.config.ConfigurationException;
import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.telemetry.StatusServer;
import io.brume.common.time.Time;
import io.brume.node.instance.InstanceOptions;
import io.brume.node.sim.SimulationOptions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's program: {@code --config FILE}. Runs until it is asked to end; ends with 2 when its
 * configuration cannot be used, 1 when it cannot start.
 */
public final class NodeAgent {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

    private NodeAgent() {}

    public static void main(String[] arguments) {
        if (arguments.length != 2 || !arguments[0].equals("--config")) {
            LOG.error("Usage: node-agent --config FILE");
            System.exit(2);
        }
        var life = new Lifecycle("node-agent");
        life.stopAtShutdown();
        try {
            run(AgentSettings.read(Path.of(arguments[1])), life);
            life.awaitEnd();
        } catch (ConfigurationException e) {
            LOG.error("The configuration cannot be used.\n{}", e.getMessage());
            System.exit(2);
        } catch (Exception e) {
            LOG.error("The agent cannot start: {}", e.getMessage(), e);
            System.exit(1);
        }
    }

    private static void run(AgentSettings settings, Lifecycle life) throws Exception {
        long started = Time.system().nanos();
        Files.createDirectories(settings.data());
        String hostName = settings.hostName().orElseGet(NodeAgent::systemHostName);
        int parallel =
                settings.parallelStarts().orElse(2 * Runtime.getRuntime().availableProcessors());
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(metrics);
        var running = new AtomicReference<@Nullable RunningAgent>();
        StatusServer status =
                life.start(
                        "status",
                        () ->
                                new StatusServer(
                                        new InetSocketAddress(
                                                settings.listen().host(), settings.listen().port()),
                                        () -> notReady(running.get()),
                                        metrics::scrape));
        LocalHost host = host(settings);
        RunningAgent agent =
                life.start(
                        "agent",
                        () ->
                                RunningAgent.start(
                                        new RunningAgent.Place(
                                                settings.data(),
                                                settings.control(),
                                                hostName,
                                                settings.zone(),
                                                settings.joinToken(),
                                                settings.keyFolders()),
                                        host,
                                        InstanceOptions.standard(settings.stopWithin(), parallel)));
        running.set(agent);
        Gauge.builder("brume.agent.connected", agent, one -> one.isConnected() ? 1 : 0)
                .description("1 while in session with the control plane")
                .register(metrics);
        Gauge.builder("brume.agent.instances", agent, RunningAgent::instanceCount)
                .description("instances that this host has in hand")
                .register(metrics);
        LOG.info(
                "{} is up after {} ms; status at {}:{}",
                agent.nodeId(),
                Time.system().since(started).toMillis(),
                settings.listen().host(),
                status.port());
    }

    private static Optional<String> notReady(@Nullable RunningAgent agent) {
        if (agent == null) {
            return Optional.of("starting: joining the cloud, or taking up what the host has");
        }
        return agent.isConnected() ? Optional.empty() : Optional.of("not in session");
    }

    private static LocalHost host(AgentSettings settings) throws IOException {
        return switch (settings.hypervisor()) {
            case SIMULATED ->
                    LocalHost.withoutGuests(
                            SimulationOptions.lifelike(settings.data().resolve("simulated")),
                            settings);
            case QEMU -> LocalHost.qemu(settings);
        };
    }

    private static String systemHostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            LOG.warn("The system's host name cannot be read: {}", e.toString());
            return "unnamed";
        }
    }
}
