package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A running cloud and what the stories that share it need: a client, the small image, a key pair.
 *
 * @param image the small image's id
 */
record World(Cloud cloud, Boto boto, String image, String keyName, Path key) {
    /** Begins a cloud of real guests as a new user does. */
    static World begin(Cloud cloud) throws Exception {
        // Built before, so that the time is that of the cloud.
        cloud.image("small");
        Command.Result result = cloud.begin("quickstart");
        System.out.println(result.output());
        System.out.printf("measured: quickstart, all built: %d ms%n", result.took().toMillis());
        result.ok();
        return of(cloud);
    }

    /** Takes the cloud that is up, with its small image imported. */
    private static World of(Cloud cloud) throws Exception {
        Boto boto = cloud.boto();
        String image =
                boto.ec2(
                                "describe_images",
                                "Filters",
                                List.of(
                                        Map.of(
                                                "Name",
                                                "name",
                                                "Values",
                                                List.of("brume-small-x86_64"))))
                        .text("Images", 0, "ImageId");
        Path key = cloud.scratch("stories.pem");
        String pem =
                boto.ec2("create_key_pair", "KeyName", "stories", "KeyType", "ed25519")
                        .text("KeyMaterial");
        Files.createFile(
                key,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, pem);
        return new World(cloud, boto, image, "stories", key);
    }

    /** A new security group of the default VPC that lets SSH in; more rules as IpPermissions. */
    String group(String name) {
        String id =
                boto.ec2("create_security_group", "GroupName", name, "Description", name)
                        .text("GroupId");
        boto.ec2(
                "authorize_security_group_ingress",
                "GroupId",
                id,
                "IpPermissions",
                List.of(tcp(22, "0.0.0.0/0")));
        return id;
    }

    static Map<String, Object> tcp(int port, String from) {
        return Map.of(
                "IpProtocol",
                "tcp",
                "FromPort",
                port,
                "ToPort",
                port,
                "IpRanges",
                List.of(Map.of("CidrIp", from)));
    }

    /** Runs instances of the small image; more input as name, value. */
    List<String> run(int count, String type, String group, Object... more) {
        var input =
                new ArrayList<Object>(
                        List.of(
                                "ImageId",
                                image,
                                "InstanceType",
                                type,
                                "KeyName",
                                keyName,
                                "SecurityGroupIds",
                                List.of(group),
                                "MinCount",
                                count,
                                "MaxCount",
                                count));
        input.addAll(List.of(more));
        List<Answer> launched = boto.ec2("run_instances", input.toArray()).instances();
        assertThat(launched).hasSize(count);
        return launched.stream().map(each -> each.text("InstanceId")).toList();
    }

    Answer show(String id) {
        return boto.ec2("describe_instances", "InstanceIds", List.of(id)).instances().getFirst();
    }

    String state(String id) {
        return show(id).text("State", "Name");
    }

    /** The instance as SSH reaches it now; its address changes with a stop. */
    Guest guest(String id, String user) {
        Answer instance = show(id);
        return new Guest(
                id, instance.text("PublicIpAddress"), instance.text("PrivateIpAddress"), user, key);
    }

    void terminate(List<String> ids) {
        if (!ids.isEmpty()) {
            boto.ec2("terminate_instances", "InstanceIds", ids);
            boto.await("instance_terminated", 60, "InstanceIds", ids);
        }
    }

    static void measured(String what, long beganNanos) {
        System.out.printf(
                "measured: %s: %d ms%n",
                what, Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
    }
}
