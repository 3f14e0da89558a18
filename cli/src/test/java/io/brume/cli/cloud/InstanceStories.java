package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Real instances from their launch to their end; each story goes on where the one before ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class InstanceStories {
    private static final String USER_DATA =
            "#!/bin/sh\necho \"on $(hostname)\" >/root/user-data-ran\n";

    private final World world;
    private final Boto boto;
    private String group = "";
    private List<String> five = List.of();
    private String kept = "";

    InstanceStories(World world) {
        this.world = world;
        this.boto = world.boto();
    }

    private static ConditionFactory within(int seconds) {
        return await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(seconds));
    }

    @Test
    @Order(1)
    void fiveRunAfterOneCall() {
        group = world.group("instances");
        long began = System.nanoTime();
        five =
                world.run(
                        5,
                        "t2.nano",
                        group,
                        "UserData",
                        USER_DATA,
                        "TagSpecifications",
                        List.of(
                                Map.of(
                                        "ResourceType",
                                        "instance",
                                        "Tags",
                                        List.of(Map.of("Key", "story", "Value", "five")))));
        World.measured("RunInstances of 5", began);
        kept = five.getFirst();
        boto.await("instance_running", 120, "InstanceIds", five);
        World.measured("call of 5 -> all running (waiter)", began);
        for (String id : five) {
            world.guest(id, "root").awaitShell(120);
        }
        World.measured("call of 5 -> SSH on all", began);
        boto.await("instance_status_ok", 120, "InstanceIds", five);

        List<Answer> all = boto.ec2("describe_instances", "InstanceIds", five).instances();
        Set<String> addresses = new HashSet<>();
        Set<Long> indexes = new HashSet<>();
        for (Answer each : all) {
            addresses.add(each.text("PrivateIpAddress"));
            addresses.add(each.text("PublicIpAddress"));
            indexes.add((Long) each.at("AmiLaunchIndex").value());
        }
        assertThat(addresses).hasSize(10);
        assertThat(indexes).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
        assertThat(boto.ec2("describe_instances", "InstanceIds", five).items("Reservations"))
                .as("one call makes one reservation")
                .hasSize(1);
    }

    @Test
    @Order(2)
    void areListedByFilterAndInPages() {
        var tagged = Map.of("Name", "tag:story", "Values", List.of("five"));
        var running = Map.of("Name", "instance-state-name", "Values", List.of("running"));
        assertThat(ids(boto.ec2("describe_instances", "Filters", List.of(tagged, running))))
                .containsExactlyInAnyOrderElementsOf(five);
        String address = world.show(kept).text("PrivateIpAddress");
        var byAddress = Map.of("Name", "private-ip-address", "Values", List.of(address));
        assertThat(ids(boto.ec2("describe_instances", "Filters", List.of(byAddress))))
                .containsExactly(kept);
        var stopped = Map.of("Name", "instance-state-name", "Values", List.of("stopped"));
        assertThat(ids(boto.ec2("describe_instances", "Filters", List.of(tagged, stopped))))
                .isEmpty();

        List<String> listed = new ArrayList<>();
        Answer page = boto.ec2("describe_instances", "MaxResults", 5);
        listed.addAll(ids(page));
        while (page.has("NextToken")) {
            assertThat(ids(page)).hasSizeLessThanOrEqualTo(5);
            page =
                    boto.ec2(
                            "describe_instances",
                            "MaxResults",
                            5,
                            "NextToken",
                            page.text("NextToken"));
            listed.addAll(ids(page));
        }
        assertThat(listed).doesNotHaveDuplicates().containsAll(five);
        assertThat(listed).containsExactlyInAnyOrderElementsOf(ids(boto.ec2("describe_instances")));

        String[] query = {
            "ec2", "describe-instances", "--filters", "Name=tag:story,Values=five", "--output"
        };
        assertThat(
                        world.cloud()
                                .aws(
                                        query[0],
                                        query[1],
                                        query[2],
                                        query[3],
                                        query[4],
                                        "text",
                                        "--query",
                                        "Reservations[].Instances[].InstanceId")
                                .ok()
                                .split("\\s+"))
                .containsExactlyInAnyOrder(five.toArray(String[]::new));
    }

    private static List<String> ids(Answer answer) {
        return answer.instances().stream().map(each -> each.text("InstanceId")).toList();
    }

    @Test
    @Order(3)
    void userDataRanAndTheConsoleShowsTheBoot() {
        for (String id : five) {
            Guest guest = world.guest(id, "root");
            within(60).until(() -> guest.ssh("cat /root/user-data-ran").worked());
            assertThat(guest.says("cat /root/user-data-ran"))
                    .isEqualTo("on " + guest.says("hostname"));
        }
        within(30)
                .untilAsserted(() ->
                        assertThat(console(kept))
                                .contains("BRUME READY")
                                .contains("user data ended"));
        String picture;
        try {
            picture = boto.ec2("get_console_screenshot", "InstanceId", kept).text("ImageData");
        } catch (Boto.Refused e) {
            throw new AssertionError("a running instance has a screen", e);
        }
        byte[] bytes = Base64.getDecoder().decode(picture);
        assertThat(new byte[] {bytes[0], bytes[1], bytes[2]})
                .as("a JPEG begins so")
                .isEqualTo(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
    }

    private String console(String id) {
        Answer answer = boto.ec2("get_console_output", "InstanceId", id, "Latest", true);
        // boto3 has decoded it from base64.
        return answer.has("Output") ? answer.text("Output") : "";
    }

    @Test
    @Order(4)
    void fourEndTogether() throws Exception {
        List<String> four = five.subList(1, 5);
        long began = System.nanoTime();
        var changes = boto.ec2("terminate_instances", "InstanceIds", four);
        assertThat(changes.items("TerminatingInstances"))
                .hasSize(4)
                .allMatch(Answer.where("shutting-down", "CurrentState", "Name"))
                .allMatch(Answer.where("running", "PreviousState", "Name"));
        boto.await("instance_terminated", 60, "InstanceIds", four);
        World.measured("TerminateInstances of 4 -> terminated", began);
        for (String id : four) {
            within(10)
                    .until(() ->
                            world.cloud().guests().stream()
                                    .noneMatch(pid -> Leftovers.commandLine(pid).contains(id)));
        }
        assertThat(boto.refusal("start_instances", "InstanceIds", List.of(four.getFirst())).code())
                .isEqualTo("IncorrectInstanceState");
    }

    @Test
    @Order(5)
    void stoppedItGrowsAndStartsAgain() {
        Guest before = world.guest(kept, "root");
        assertThat(before.says("nproc")).isEqualTo("1");
        assertThat(memoryMib(before)).isBetween(380L, 512L);
        before.ssh("echo kept >/root/file && sync").ok();
        var larger = Map.of("Value", "t2.medium");
        assertThat(
                        boto.refusal(
                                        "modify_instance_attribute",
                                        "InstanceId",
                                        kept,
                                        "InstanceType",
                                        larger)
                                .code())
                .isEqualTo("IncorrectInstanceState");

        long began = System.nanoTime();
        boto.ec2("stop_instances", "InstanceIds", List.of(kept));
        boto.await("instance_stopped", 90, "InstanceIds", List.of(kept));
        World.measured("StopInstances -> stopped", began);
        assertThat(console(kept)).as("the console of a stopped instance").contains("BRUME READY");
        assertThat(boto.refusal("get_console_screenshot", "InstanceId", kept).code())
                .isEqualTo("IncorrectInstanceState");

        boto.ec2("modify_instance_attribute", "InstanceId", kept, "InstanceType", larger);
        began = System.nanoTime();
        boto.ec2("start_instances", "InstanceIds", List.of(kept));
        boto.await("instance_running", 60, "InstanceIds", List.of(kept));
        World.measured("StartInstances -> running (waiter)", began);
        Guest after = world.guest(kept, "root");
        after.awaitShell(120);
        World.measured("StartInstances -> SSH", began);
        assertThat(after.privateAddress()).isEqualTo(before.privateAddress());
        assertThat(after.says("nproc")).isEqualTo("2");
        assertThat(memoryMib(after)).isBetween(3500L, 4096L);
        assertThat(after.says("cat /root/file")).isEqualTo("kept");
    }

    private static long memoryMib(Guest guest) {
        return Long.parseLong(guest.says("awk '/MemTotal/ { print $2 }' /proc/meminfo")) / 1024;
    }

    @Test
    @Order(6)
    void rebootedItKeepsItsDisk() {
        Guest guest = world.guest(kept, "root");
        String boot = guest.says("cat /proc/sys/kernel/random/boot_id");
        guest.ssh("echo again >/root/second && sync").ok();
        boto.ec2("reboot_instances", "InstanceIds", List.of(kept));
        within(120)
                .until(() -> {
                    Command.Result now = guest.ssh("cat /proc/sys/kernel/random/boot_id");
                    return now.worked() && !now.output().strip().equals(boot);
                });
        assertThat(guest.says("cat /root/file /root/second")).isEqualTo("kept\nagain");
        assertThat(world.state(kept)).isEqualTo("running");
    }

    @Test
    @Order(7)
    void aTokenLaunchesOnce() {
        Object[] call = {
            "ImageId",
            world.image(),
            "InstanceType",
            "t2.nano",
            "MinCount",
            1,
            "MaxCount",
            1,
            "ClientToken",
            "story-seven",
            "SecurityGroupIds",
            List.of(group)
        };
        String first = ids(boto.ec2("run_instances", call)).getFirst();
        assertThat(ids(boto.ec2("run_instances", call))).containsExactly(first);
        Object[] other = call.clone();
        other[3] = "t2.micro";
        Boto.Refused refused = boto.refusal("run_instances", other);
        assertThat(refused.code()).isEqualTo("IdempotentParameterMismatch");
        assertThat(refused.status()).isEqualTo(400);
        var token = Map.of("Name", "client-token", "Values", List.of("story-seven"));
        assertThat(ids(boto.ec2("describe_instances", "Filters", List.of(token))))
                .containsExactly(first);
        world.terminate(List.of(first));
    }

    @Test
    @Order(8)
    void aDryRunChangesNothing() {
        int before = ids(boto.ec2("describe_instances")).size();
        for (Boto.Refused refused :
                List.of(
                        boto.refusal(
                                "run_instances",
                                "ImageId",
                                world.image(),
                                "MinCount",
                                1,
                                "MaxCount",
                                1,
                                "DryRun",
                                true),
                        boto.refusal(
                                "terminate_instances",
                                "InstanceIds",
                                List.of(kept),
                                "DryRun",
                                true),
                        boto.refusal(
                                "stop_instances", "InstanceIds", List.of(kept), "DryRun", true))) {
            assertThat(refused.code()).isEqualTo("DryRunOperation");
            assertThat(refused.status()).isEqualTo(412);
        }
        assertThat(ids(boto.ec2("describe_instances"))).hasSize(before);
        assertThat(world.state(kept)).isEqualTo("running");
    }

    @Test
    @Order(9)
    void protectedItDoesNotEnd() {
        boto.ec2(
                "modify_instance_attribute",
                "InstanceId",
                kept,
                "DisableApiTermination",
                Map.of("Value", true));
        assertThat(boto.refusal("terminate_instances", "InstanceIds", List.of(kept)).code())
                .isEqualTo("OperationNotPermitted");
        assertThat(world.state(kept)).isEqualTo("running");
        boto.ec2(
                "modify_instance_attribute",
                "InstanceId",
                kept,
                "DisableApiTermination",
                Map.of("Value", false));
        world.terminate(List.of(kept));
        assertThat(world.show(kept).text("StateReason", "Code"))
                .isEqualTo("Client.UserInitiatedShutdown");
        String user = new String(Base64.getDecoder().decode(userData()), UTF_8);
        assertThat(user).isEqualTo(USER_DATA);
    }

    private String userData() {
        return boto.ec2("describe_instance_attribute", "InstanceId", kept, "Attribute", "userData")
                .text("UserData", "Value");
    }
}
