package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two clouds on one machine that know nothing of each other, and the launcher's own commands. */
@Timeout(240)
class SideBySideIT {
    @Test
    void twoCloudsLiveApart() throws Exception {
        try (var one = Cloud.simulated();
                var other = Cloud.simulated()) {
            one.begin("up").ok();
            other.begin("up", "--region=eu-brume-1").ok();
            Boto first = one.boto();
            Boto second = other.boto();
            first.ec2("create_key_pair", "KeyName", "only-here");
            assertThat(second.ec2("describe_key_pairs").items("KeyPairs")).isEmpty();
            assertThat(one.pool()).isNotEqualTo(other.pool());
            assertThat(
                            second.ec2("describe_availability_zones")
                                    .text("AvailabilityZones", 0, "ZoneName"))
                    .isEqualTo("eu-brume-1a");

            Command.Result again = one.brume("up");
            assertThat(again.ok()).contains("run already");
            assertThat(again.took()).isLessThan(Duration.ofSeconds(15));
            logsIn(one);
            dies(one);

            other.brume("down").ok();
            assertThat(other.brume("status").status()).isNotZero();
            assertThat(one.brume("status").ok()).contains("running");
            assertThat(other.brume("up").ok()).contains("is up");
            assertThat(second.ec2("describe_regions").text("Regions", 0, "RegionName"))
                    .isEqualTo("eu-brume-1");
        }
    }

    /** {@code login} writes a profile beside those that are there, and its own again and again. */
    private static void logsIn(Cloud cloud) throws IOException {
        Path aws = Files.createDirectories(cloud.scratch("home/.aws"));
        String before = "[default]\nregion = mars-1\n";
        Files.writeString(aws.resolve("config"), before);
        Map<String, String> home = Map.of("HOME", cloud.scratch("home").toString());
        cloud.brume(home, "login").ok();
        String config = Files.readString(aws.resolve("config"));
        cloud.brume(home, "login").ok();
        assertThat(Files.readString(aws.resolve("config")))
                .isEqualTo(config)
                .startsWith(before)
                .contains("[profile " + cloud.name + "]");
        assertThat(Files.getPosixFilePermissions(aws.resolve("credentials"))).hasSize(2);
        assertThat(
                        Command.run(
                                        Map.of(
                                                "HOME",
                                                cloud.scratch("home").toString(),
                                                "NO_PROXY",
                                                "127.0.0.1"),
                                        Duration.ofSeconds(60),
                                        List.of(
                                                "aws",
                                                "--profile",
                                                cloud.name,
                                                "sts",
                                                "get-caller-identity",
                                                "--query",
                                                "Account",
                                                "--output",
                                                "text"))
                                .ok()
                                .strip())
                .isEqualTo("123456789012");
    }

    /** A program that dies is started again, and nothing else is. */
    private static void dies(Cloud cloud) throws IOException {
        long agent = cloud.program("node-agent").pid();
        long control = cloud.program("control-plane").pid();
        cloud.program("node-agent").destroyForcibly();
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> cloud.program("node-agent").pid() != agent);
        cloud.awaitReady("node-agent");
        assertThat(cloud.program("control-plane").pid()).isEqualTo(control);
    }
}
