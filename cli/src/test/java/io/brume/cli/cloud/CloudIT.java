package io.brume.cli.cloud;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.Timeout;

/**
 * One cloud with real guests, from {@code quickstart} to {@code down --purge}, which has to leave
 * nothing behind; between the two, the stories of instances, volumes and security groups. {@link
 * ToolsIT} and {@link GuestCrashIT} have clouds of their own, so that they can run beside it.
 */
@Timeout(600)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class CloudIT {
    private static @Nullable Cloud cloud;
    private static @Nullable World world;

    @BeforeAll
    static void quickstart() throws Exception {
        cloud = Cloud.real();
        world = World.begin(cloud);
    }

    @AfterAll
    static void leavesNothing() throws Exception {
        if (cloud != null) {
            cloud.close();
        }
    }

    private static World world() {
        return requireNonNull(world);
    }

    @Nested
    @Order(1)
    class Beginning {
        @Test
        void aSecondQuickstartChangesNothing() {
            Cloud cloud = world().cloud();
            Answer before = world().boto().ec2("describe_instances").at("Reservations");
            Command.Result again = cloud.brume("quickstart", "--yes");
            again.ok();
            System.out.printf("measured: second quickstart: %d ms%n", again.took().toMillis());
            assertThat(again.took()).isLessThan(Duration.ofSeconds(40));
            assertThat(world().boto().ec2("describe_instances").at("Reservations"))
                    .isEqualTo(before);
            // The line that it prints opens a shell.
            String line =
                    again.output()
                            .lines()
                            .map(String::strip)
                            .filter(each -> each.startsWith("ssh "))
                            .findFirst()
                            .orElseThrow();
            assertThat(
                            Command.run(
                                            Map.of("HOME", cloud.scratch("").toString()),
                                            Duration.ofSeconds(60),
                                            List.of("bash", "-c", line + " uname -s"))
                                    .ok()
                                    .strip())
                    .endsWith("Linux");
            assertThat(cloud.brume("status").ok())
                    .contains("control-plane", "node-agent", "storage-node", "running");
            cloud.brume("instance", "terminate", "first", "--wait").ok();
        }
    }

    @Nested
    @Order(2)
    class Instances extends InstanceStories {
        Instances() {
            super(world());
        }
    }

    @Nested
    @Order(3)
    class Volumes extends VolumeStories {
        Volumes() {
            super(world());
        }
    }

    @Nested
    @Order(4)
    class SecurityGroups extends SecurityGroupStories {
        SecurityGroups() {
            super(world());
        }
    }
}
