package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A stock Debian with stock cloud-init. It boots in minutes where processors are emulated. */
abstract class DebianStories {
    private static final String USER_DATA =
            """
            #cloud-config
            write_files:
              - path: /etc/story
                content: written by cloud-init
            runcmd:
              - [sh, -c, "id -un >/run/story-ran"]
            """;

    private final World world;

    DebianStories(World world) {
        this.world = world;
    }

    @Test
    void bootsRunsUserDataAndLetsTheKeyIn() throws Exception {
        Cloud cloud = world.cloud();
        Path bundle = cloud.image("debian");
        long importing = System.nanoTime();
        cloud.brume("image", "import", bundle.toString(), "--public", "--if-absent", "--wait").ok();
        World.measured("import of Debian", importing);
        String image =
                world.boto()
                        .ec2(
                                "describe_images",
                                "Filters",
                                List.of(
                                        Map.of(
                                                "Name",
                                                "name",
                                                "Values",
                                                List.of("brume-debian-*"))))
                        .text("Images", 0, "ImageId");
        String group = world.group("debian");
        long began = System.nanoTime();
        String id =
                world.boto()
                        .ec2(
                                "run_instances",
                                "ImageId",
                                image,
                                "InstanceType",
                                "t3.small",
                                "KeyName",
                                world.keyName(),
                                "SecurityGroupIds",
                                List.of(group),
                                "MinCount",
                                1,
                                "MaxCount",
                                1,
                                "UserData",
                                USER_DATA)
                        .instances()
                        .getFirst()
                        .text("InstanceId");
        try {
            world.boto().await("instance_running", 120, "InstanceIds", List.of(id));
            Guest guest = world.guest(id, "admin");
            guest.awaitShell(420);
            World.measured("RunInstances of Debian -> SSH as admin", began);
            await().pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofMinutes(4))
                    .until(() -> guest.ssh("test -s /run/story-ran").worked());
            World.measured("RunInstances of Debian -> user data ran", began);
            assertThat(guest.says("cat /run/story-ran")).isEqualTo("root");
            assertThat(guest.says("cat /etc/story")).isEqualTo("written by cloud-init");
            assertThat(guest.says("sudo -n id -u")).isEqualTo("0");
            assertThat(guest.says("cloud-init query cloud_name")).isEqualTo("aws");
            assertThat(guest.says("cloud-init query instance_id")).isEqualTo(id);
            assertThat(guest.says("hostname"))
                    .isEqualTo("ip-" + guest.privateAddress().replace('.', '-'));
        } catch (Throwable failure) {
            System.out.println(
                    world.boto()
                            .ec2("get_console_output", "InstanceId", id, "Latest", true)
                            .text("Output"));
            System.out.println(cloud.logs());
            throw failure;
        } finally {
            world.terminate(List.of(id));
        }
    }
}
