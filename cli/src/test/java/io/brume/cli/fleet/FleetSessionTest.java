package io.brume.cli.fleet;

import static io.brume.cli.fleet.TestFleet.id;
import static io.brume.cli.fleet.TestFleet.image;
import static io.brume.cli.fleet.TestFleet.instance;
import static io.brume.cli.fleet.TestFleet.root;
import static io.brume.cli.fleet.TestFleet.vpc;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_ABSENT;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_RUNNING;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_STOPPED;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_ABSENT;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_RUNNING;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_STOPPED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.aws.Fault;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.ConsoleChannel;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.node.RunningAgent;
import io.brume.node.SimulatedAgents;
import io.brume.node.sim.SimulationOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FleetSessionTest {
    @TempDir Path folder;
    private final TestFleet control = new TestFleet();
    private SimulatedAgents agents;
    private GrpcFleet fleet;

    @BeforeEach
    void begin() throws Exception {
        fleet = control.start();
        agents = new SimulatedAgents(folder, control.address(), control::token);
    }

    @AfterEach
    void end() {
        agents.close();
        control.close();
    }

    private static ConditionFactory soon() {
        return await().pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(60));
    }

    private NodeId connect(String name, SimulationOptions options) throws Exception {
        RunningAgent agent = agents.start(name, "us-east-1a", options);
        var node = new NodeId(agent.nodeId());
        soon().until(() -> fleet.connected().containsKey(node));
        return node;
    }

    private NodeId connect() throws Exception {
        return connect("host-1", SimulationOptions.instant());
    }

    private void publish(NodeId node, int instances) {
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= instances; i++) {
            ids.add(id(i));
        }
        fleet.desire(node, image(1));
        fleet.desire(node, vpc(1, node.value(), ids));
        for (String id : ids) {
            fleet.desire(node, root(id));
            fleet.desire(node, instance(id, 1, POWER_RUNNING, 1));
        }
        fleet.open();
    }

    @Test
    void tellsWhoConnectedAndThatAllWasObserved() throws Exception {
        NodeId node = connect();
        soon().until(() -> control.count(FleetEvent.Heartbeat.class) > 2);
        assertThat(control.events.getFirst()).isInstanceOf(FleetEvent.Joined.class);
        assertThat(fleet.connected().get(node).facts().getZone()).isEqualTo("us-east-1a");
        assertThat(fleet.connected().get(node).facts().getMemoryMib()).isPositive();
        assertThat(control.count(FleetEvent.ObservationsComplete.class)).isEqualTo(1);
        assertThat(control.directory.find(node)).isPresent();
    }

    @Test
    void runsStopsRebootsAndTerminates() throws Exception {
        NodeId node = connect();
        publish(node, 1);
        soon().until(() -> control.seen(id(1)).getPhase() == PHASE_RUNNING);
        fleet.desire(node, instance(id(1), 2, POWER_RUNNING, 1, 1));
        soon().until(() -> control.seen(id(1)).getRebootEpoch() == 1);
        fleet.desire(node, instance(id(1), 3, POWER_STOPPED, 1, 1));
        soon().until(() -> control.seen(id(1)).getPhase() == PHASE_STOPPED);
        fleet.desire(node, instance(id(1), 4, POWER_RUNNING, 2, 1));
        soon().until(() -> control.seen(id(1)).getRunEpoch() == 2);
        fleet.desire(node, instance(id(1), 5, POWER_ABSENT, 2, 1));
        soon().until(() -> control.seen(id(1)).getPhase() == PHASE_ABSENT);
        fleet.release(node, id(1));
        soon().until(() -> agents.agents().getFirst().instanceCount() == 0);
    }

    @Test
    void aRestartedControlPlaneDropsNothingBeforeItIsOpen() throws Exception {
        NodeId node = connect();
        publish(node, 20);
        soon().until(() ->
                control.instances.values().stream()
                                .filter(one -> one.getPhase() == PHASE_RUNNING)
                                .count()
                        == 20);
        control.stop();
        control.events.clear();
        fleet = control.start();
        soon().until(() -> control.count(FleetEvent.ObservationsComplete.class) == 1);
        assertThat(control.events)
                .filteredOn(FleetEvent.ObservationsComplete.class::isInstance)
                .first()
                .satisfies(event ->
                        assertThat(((FleetEvent.ObservationsComplete) event).ids()).hasSize(42));
        publish(node, 19);
        soon().until(() -> control.seen(id(20)).getPhase() == PHASE_ABSENT);
        assertThat(control.seen(id(19)).getPhase()).isEqualTo(PHASE_RUNNING);
        assertThat(control.seen(id(19)).getRunEpoch()).isEqualTo(1);
    }

    @Test
    void aRestartedAgentAdoptsItsGuestsWithoutAControlPlane() throws Exception {
        var options = SimulationOptions.lifelike(folder.resolve("state"));
        NodeId node = connect("host-1", options);
        publish(node, 5);
        soon().until(() ->
                control.instances.values().stream()
                                .filter(one -> one.getPhase() == PHASE_RUNNING)
                                .count()
                        == 5);
        control.stop();
        agents.close();
        RunningAgent again = agents.start("host-1", "us-east-1a", options);
        assertThat(again.nodeId()).isEqualTo(node.value());
        assertThat(again.instanceCount()).isEqualTo(5);
        control.instances.clear();
        fleet = control.start();
        soon().until(() -> control.instances.size() == 5);
        assertThat(control.instances.values())
                .allSatisfy(seen -> {
                    assertThat(seen.getPhase()).isEqualTo(PHASE_RUNNING);
                    assertThat(seen.getRunEpoch()).isEqualTo(1);
                });
    }

    @Test
    void answersQuestionsAndCarriesConsoles() throws Exception {
        NodeId node = connect();
        publish(node, 1);
        soon().until(() -> control.seen(id(1)).getPhase() == PHASE_RUNNING);
        byte[] output = fleet.consoleOutput(node, id(1), 1000).get(5, TimeUnit.SECONDS);
        assertThat(new String(output, UTF_8)).contains("simulated guest " + id(1));
        assertThatThrownBy(() -> fleet.screenshot(node, id(1)).get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(Fault.class)
                .hasMessageContaining("no screen");
        assertThatThrownBy(() -> fleet.consoleOutput(node, id(9), 10).get(5, TimeUnit.SECONDS))
                .hasMessageContaining("not on this host");
        try (ConsoleChannel console = fleet.openConsole(node, id(1))) {
            byte[] greeting = console.output().readNBytes(output.length);
            assertThat(greeting).isEqualTo(output);
            byte[] typed = "echo ".repeat(40_000).getBytes(UTF_8);
            Thread typist =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    console.input().write(typed);
                                } catch (java.io.IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            assertThat(console.output().readNBytes(typed.length)).isEqualTo(typed);
            typist.join();
        }
    }

    @Test
    void noticesAnAgentThatIsGoneAndOneThatIsBack() throws Exception {
        NodeId node = connect();
        agents.close();
        soon().until(() -> control.count(FleetEvent.Disconnected.class) == 1);
        assertThat(fleet.connected()).isEmpty();
        assertThatThrownBy(() -> fleet.consoleOutput(node, id(1), 10).get(5, TimeUnit.SECONDS))
                .hasMessageContaining("not connected");
        connect();
        assertThat(control.count(FleetEvent.Connected.class)).isEqualTo(2);
    }

    @Test
    void refusesARevokedNode() throws Exception {
        NodeId node = connect();
        assertThat(control.directory.revoke(node)).isTrue();
        fleet.disconnect(node);
        soon().until(() -> fleet.connected().isEmpty());
        await().during(Duration.ofSeconds(1)).until(() -> fleet.connected().isEmpty());
    }
}
