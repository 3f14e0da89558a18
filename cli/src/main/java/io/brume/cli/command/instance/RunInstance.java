package io.brume.cli.command.instance;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Images;
import io.brume.cli.client.Images.Image;
import io.brume.cli.client.Instance;
import io.brume.cli.client.Instances;
import io.brume.cli.client.XmlTree;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Runs new instances from an image.",
        footer = {
            "  brume instance run first --ssh --wait=ssh",
            "  brume instance run web --image brume-debian-12-x86_64 --type t3.small --key mine"
                    + " --disk 16",
            "  brume instance run worker --count 5 --user-data setup.sh --tag stage=test"
        })
final class RunInstance extends CloudCommand {
    private static final int MAX_USER_DATA_BYTES = 16 * 1024;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "its Name tag")
    private String name = "";

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "id or name (default: ${DEFAULT-VALUE})")
    private String image = "brume-small-x86_64";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "instance type (default: ${DEFAULT-VALUE})")
    private String type = "t3.micro";

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "how many (default: ${DEFAULT-VALUE})")
    private int count = 1;

    @Option(names = "--key", paramLabel = "NAME", description = "key pair that may log in")
    private String key = "";

    @Option(
            names = "--ssh",
            description =
                    "use a key pair and a security group that let you in by SSH; made when you have"
                            + " none")
    private boolean ssh;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "security group, by id or name; may be given again")
    private List<String> groups = new ArrayList<>();

    @Option(
            names = "--subnet",
            paramLabel = "ID",
            description = "subnet (default: one of the default VPC)")
    private String subnet = "";

    @Option(
            names = "--disk",
            paramLabel = "GIB",
            description = "size of the root disk (default: the image's)")
    private int disk;

    @Option(
            names = "--user-data",
            paramLabel = "FILE",
            description = "script or cloud-config for the first boot")
    private String userData = "";

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "tag; may be given again")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
            names = "--if-absent",
            description = "do nothing when an instance of that name is there")
    private boolean ifAbsent;

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = "running",
            paramLabel = "WHAT",
            description = "wait until running (the default), or until ssh answers")
    private String wait = "";

    RunInstance(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        if (!wait.isEmpty() && !wait.equals("running") && !wait.equals("ssh")) {
            throw CliException.usage(
                    "--wait takes running or ssh, not " + wait, "leave it at --wait");
        }
        if (ifAbsent && name.isEmpty()) {
            throw CliException.usage(
                    "--if-absent needs a name", "brume instance run NAME --if-absent");
        }
        var instances = new Instances(cloud);
        List<Instance> before = ifAbsent ? instances.named(name) : List.of();
        List<String> ids =
                before.isEmpty() ? create(cloud) : before.stream().map(Instance::id).toList();
        if (before.stream().anyMatch(each -> each.state().equals("stopped")) && !wait.isEmpty()) {
            cloud.ec2("StartInstances", new Form().withList("InstanceId", ids));
        }
        List<Instance> now = instances.ofIds(ids);
        if (!wait.isEmpty()) {
            var waiting = new InstanceWait(instances, progress());
            now = waiting.state(ids, "running");
            if (wait.equals("ssh")) {
                now.forEach(waiting::ssh);
            }
        }
        InstanceColumns.print(listing(), now);
        return 0;
    }

    private List<String> create(Cloud cloud) {
        Image from = new Images(cloud).one(image);
        if (ssh) {
            var access = new SshAccess(cloud, context());
            if (key.isEmpty()) {
                key = access.keyPair();
            }
            if (groups.isEmpty()) {
                groups.add(access.securityGroup());
            }
        }
        var parameters =
                new Form()
                        .with("ImageId", from.id())
                        .with("InstanceType", type)
                        .with("MinCount", Integer.toString(count))
                        .with("MaxCount", Integer.toString(count))
                        .with("KeyName", key)
                        .with("SubnetId", subnet);
        parameters.withList(
                "SecurityGroupId", groups.stream().filter(each -> each.startsWith("sg-")).toList());
        parameters.withList(
                "SecurityGroup", groups.stream().filter(each -> !each.startsWith("sg-")).toList());
        if (disk > 0) {
            parameters
                    .with("BlockDeviceMapping.1.DeviceName", "/dev/xvda")
                    .with("BlockDeviceMapping.1.Ebs.VolumeSize", Integer.toString(disk))
                    .with("BlockDeviceMapping.1.Ebs.DeleteOnTermination", "true");
        }
        if (!userData.isEmpty()) {
            parameters.with("UserData", Base64.getEncoder().encodeToString(readUserData()));
        }
        var all = new LinkedHashMap<String, String>();
        if (!name.isEmpty()) {
            all.put("Name", name);
        }
        all.putAll(tags);
        parameters.withTags("instance", all);
        return cloud.ec2("RunInstances", parameters).list("instancesSet").stream()
                .map((XmlTree item) -> item.at("instanceId"))
                .toList();
    }

    private byte[] readUserData() {
        try {
            byte[] bytes = Files.readAllBytes(Path.of(userData));
            if (bytes.length > MAX_USER_DATA_BYTES) {
                throw CliException.usage(
                        userData + " has " + bytes.length + " bytes; user data may have 16384",
                        "let a short script fetch the rest");
            }
            return bytes;
        } catch (IOException e) {
            throw new CliException(
                    "cannot read the user data " + userData + ": " + e.getMessage(),
                    "name a file that you may read",
                    CliException.GENERAL,
                    e);
        }
    }
}
