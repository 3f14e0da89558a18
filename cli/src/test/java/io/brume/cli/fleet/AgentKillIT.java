package io.brume.cli.fleet;

import static io.brume.cli.fleet.TestFleet.id;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_ABSENT;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_RUNNING;
import static io.brume.proto.node.v1.InstanceObservation.Phase.PHASE_STOPPED;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_ABSENT;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_RUNNING;
import static io.brume.proto.node.v1.InstanceSpec.Power.POWER_STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the agent at random moments while instances start, stop and go, with guests that
 * outlive it: nothing is lost, nothing is started twice, the host becomes what was desired.
 */
@Timeout(180)
class AgentKillIT {
    private static final int INSTANCES = 24;
    private static final int KILLS = 20;
    private static final long SEED = 20261120;

    @TempDir Path folder;
    private final Random random = new Random(SEED);
    private final Map<String, InstanceSpec.Power> powers = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<String, Long> generations = new HashMap<>();

    @Test
    void nothingIsLostOrDoubled() throws Exception {
        System.out.println("seed " + SEED);
        try (var control = new TestFleet()) {
            GrpcFleet fleet = control.start();
            Path token = folder.resolve("token");
            Files.writeString(token, control.token());
            try (var agent =
                    new AgentProcess(
                            folder,
                            PretendedAgent.class.getName(),
                            Map.of(
                                    "data", folder.resolve("data").toString(),
                                    "control", control.address().toString(),
                                    "join.token", token.toString(),
                                    "stop.within", "1s",
                                    "hypervisor", "simulated"))) {
                agent.start();
                await().atMost(Duration.ofSeconds(30)).until(() -> !fleet.connected().isEmpty());
                NodeId node = fleet.connected().keySet().iterator().next();
                run(control, fleet, node, agent);
                assertThat(token).doesNotExist();
            }
        }
    }

    private void run(TestFleet control, GrpcFleet fleet, NodeId node, AgentProcess agent)
            throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= INSTANCES; i++) {
            ids.add(id(i));
            powers.put(id(i), POWER_RUNNING);
            epochs.put(id(i), 1L);
            generations.put(id(i), 1L);
        }
        fleet.desire(node, TestFleet.image(1));
        fleet.desire(node, TestFleet.vpc(1, node.value(), ids));
        for (String id : ids) {
            fleet.desire(node, TestFleet.root(id));
            desire(fleet, node, id);
        }
        fleet.open();
        for (int kill = 0; kill < KILLS; kill++) {
            for (int change = 0; change < 6; change++) {
                this.change(control, fleet, node, ids.get(random.nextInt(ids.size())));
            }
            await().pollDelay(Duration.ofMillis(random.nextInt(600))).until(() -> true);
            agent.kill();
            agent.start();
            if (kill % 4 == 3) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> fleet.connected().containsKey(node));
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> ids.forEach(id -> assertConverged(control, id)));
        assertHost(ids);
        assertThat(control.count(FleetEvent.Connected.class)).isGreaterThan(4);
    }

    /** As the control plane would: a start counts on only after a stop was seen. */
    private void change(TestFleet control, GrpcFleet fleet, NodeId node, String id) {
        InstanceObservation seen = control.seen(id);
        switch (powers.get(id)) {
            case POWER_RUNNING ->
                    powers.put(id, random.nextInt(8) == 0 ? POWER_ABSENT : POWER_STOPPED);
            case POWER_STOPPED -> {
                if (seen.getPhase() != PHASE_STOPPED
                        || seen.getGeneration() != generations.get(id)) {
                    return;
                }
                powers.put(id, POWER_RUNNING);
                epochs.merge(id, 1L, Long::sum);
            }
            default -> {
                return;
            }
        }
        generations.merge(id, 1L, Long::sum);
        desire(fleet, node, id);
    }

    private void desire(GrpcFleet fleet, NodeId node, String id) {
        fleet.desire(
                node, TestFleet.instance(id, generations.get(id), powers.get(id), epochs.get(id)));
    }

    private void assertConverged(TestFleet control, String id) {
        InstanceObservation seen = control.seen(id);
        assertThat(seen.getGeneration()).as(id).isEqualTo(generations.get(id));
        InstanceObservation.Phase wanted =
                switch (powers.get(id)) {
                    case POWER_RUNNING -> PHASE_RUNNING;
                    case POWER_STOPPED -> PHASE_STOPPED;
                    default -> PHASE_ABSENT;
                };
        assertThat(seen.getPhase()).as(id + " " + seen).isEqualTo(wanted);
        if (wanted == PHASE_RUNNING) {
            assertThat(seen.getRunEpoch()).as(id).isEqualTo(epochs.get(id));
        }
    }

    /** What is really there, read behind the agent's back. */
    private void assertHost(List<String> ids) throws Exception {
        Path guests = folder.resolve("data/simulated/guests");
        Set<String> starts = new HashSet<>();
        for (String line : Files.readAllLines(guests.resolve("events.log"))) {
            if (line.startsWith("start ")) {
                assertThat(starts.add(line)).as(line + " twice").isTrue();
            }
        }
        Path plugs = folder.resolve("data/simulated/plugs");
        for (String id : ids) {
            boolean runs =
                    Files.exists(guests.resolve(id))
                            && Files.readString(guests.resolve(id)).contains("\nrunning\n");
            assertThat(runs).as(id).isEqualTo(powers.get(id) == POWER_RUNNING);
            if (runs) {
                assertThat(plugs.resolve(id)).hasContent(TestFleet.rootId(id));
            } else {
                assertThat(plugs.resolve(id)).as("it has no volume any more").doesNotExist();
            }
        }
    }
}
