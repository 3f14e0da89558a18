package io.brume.cli.fleet;

import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_FAILED;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_RUNNING;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.node.RunningAgent;
import io.brume.node.SimulatedAgents;
import io.brume.node.sim.SimulationOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many hosts with many instances in one process, some of whose steps fail. */
@Timeout(120)
class ManyHostsTest {
    private static final int HOSTS = 20;
    private static final int INSTANCES_PER_HOST = 50;

    @TempDir Path folder;

    @Test
    void allInstancesRunAlthoughOneStepInTwentyFails() throws Exception {
        try (var control = new TestFleet()) {
            GrpcFleet fleet = control.start();
            fleet.open();
            try (var agents = new SimulatedAgents(folder, control.address(), control::token)) {
                for (int host = 0; host < HOSTS; host++) {
                    RunningAgent agent =
                            agents.start(
                                    "host-" + host,
                                    "us-east-1a",
                                    SimulationOptions.instant().withFaults(host, 50));
                    assertThat(agent.nodeId()).isNotBlank();
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> fleet.connected().size() == HOSTS);
                long began = System.nanoTime();
                int number = 0;
                for (RunningAgent agent : agents.agents()) {
                    var node = new NodeId(agent.nodeId());
                    List<String> ids = new ArrayList<>();
                    for (int i = 0; i < INSTANCES_PER_HOST; i++) {
                        ids.add(TestFleet.id(++number));
                    }
                    fleet.desire(node, TestFleet.image(1));
                    fleet.desire(node, TestFleet.vpc(1, node.value(), ids));
                    for (String id : ids) {
                        fleet.desire(node, TestFleet.root(id));
                        fleet.desire(node, TestFleet.instance(id, 1, POWER_RUNNING, 1));
                    }
                }
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> settled(control) == HOSTS * INSTANCES_PER_HOST);
                System.out.printf(
                        "%d instances on %d simulated hosts run after %d ms%n",
                        HOSTS * INSTANCES_PER_HOST, HOSTS, (System.nanoTime() - began) / 1_000_000);
                assertThat(control.instances.values())
                        .as("three faults in a row end a start; that is rare")
                        .filteredOn(seen -> seen.getPhase() == PHASE_FAILED)
                        .hasSizeLessThan(10)
                        .allSatisfy(
                                seen -> assertThat(seen.getReason()).contains("simulated fault"));
                assertThat(control.count(FleetEvent.Disconnected.class)).isZero();
            }
        }
    }

    private static long settled(TestFleet control) {
        return control.instances.values().stream()
                .filter(seen -> seen.getPhase() == PHASE_RUNNING || seen.getPhase() == PHASE_FAILED)
                .count();
    }
}
