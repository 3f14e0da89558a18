package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.cli.client.Connection;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.node.SimulatedAgents;
import io.brume.node.sim.SimulationOptions;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hundred instances by one call, on a real control plane with pretended hosts. */
@Timeout(240)
class ScaleIT {
    private static final int INSTANCES = 200;
    private static final int HOSTS = 24;

    @Test
    void twoHundredRunAfterOneCall() throws Exception {
        try (var cloud = Cloud.simulated()) {
            cloud.configure("control-plane", "overcommit.vcpus = 64\nreserve.memory.mib = 0\n");
            cloud.begin("up").ok();
            Boto boto = cloud.boto();
            // By the cloud's own host: the volumes of those that are to come are pretended.
            String image = boto.pretendedImage();
            try (var agents =
                    new SimulatedAgents(
                            cloud.scratch("agents"),
                            new HostPort("127.0.0.1", cloud.port + 1),
                            () -> joinToken(cloud))) {
                for (int i = 0; i < HOSTS; i++) {
                    agents.start("host-" + i, "us-east-1a", SimulationOptions.instant());
                }
                measure(boto, image);
            }
        }
    }

    private static String joinToken(Cloud cloud) {
        Map<String, String> environment = cloud.environment();
        var connection =
                new Connection(
                        URI.create("http://127.0.0.1:" + cloud.port),
                        "us-east-1",
                        environment.getOrDefault("AWS_ACCESS_KEY_ID", ""),
                        Secret.of(environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "")),
                        Optional.empty(),
                        "the test");
        return String.valueOf(
                new io.brume.cli.client.Cloud(connection, Time.system())
                        .brume("CreateJoinToken", Map.of())
                        .get("Token"));
    }

    private static void measure(Boto boto, String image) {
        long began = System.nanoTime();
        List<Answer> launched =
                boto.ec2(
                                "run_instances",
                                "ImageId",
                                image,
                                "InstanceType",
                                "t2.nano",
                                "MinCount",
                                INSTANCES,
                                "MaxCount",
                                INSTANCES)
                        .instances();
        World.measured("RunInstances of " + INSTANCES + " simulated", began);
        assertThat(launched).hasSize(INSTANCES);
        var running = Map.of("Name", "instance-state-name", "Values", List.of("running"));
        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(90))
                .until(
                        () ->
                                boto.ec2("describe_instances", "Filters", List.of(running))
                                        .instances()
                                        .size(),
                        count -> count == INSTANCES);
        World.measured(INSTANCES + " simulated, call -> all running", began);

        List<Answer> pages = boto.pages("describe_instances", 60);
        assertThat(pages)
                .extracting(page -> page.instances().size())
                .containsExactly(60, 60, 60, 20);
        Set<String> ids = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (Answer page : pages) {
            for (Answer each : page.instances()) {
                ids.add(each.text("InstanceId"));
                addresses.add(each.text("PrivateIpAddress"));
            }
        }
        assertThat(ids).hasSize(INSTANCES);
        assertThat(addresses).hasSize(INSTANCES);

        long ending = System.nanoTime();
        boto.ec2("terminate_instances", "InstanceIds", List.copyOf(ids));
        boto.await("instance_terminated", 90, "InstanceIds", List.copyOf(ids));
        World.measured("TerminateInstances of " + INSTANCES + " -> terminated", ending);
    }
}
