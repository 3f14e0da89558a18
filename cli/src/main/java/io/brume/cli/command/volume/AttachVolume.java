package io.brume.cli.command.volume;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Instances;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "attach",
        description = "Gives a volume to an instance, running or stopped.",
        footer = {
            "  brume volume attach data first --wait",
            "  brume volume attach data first --device /dev/sdg"
        })
final class AttachVolume extends CloudCommand {
    @Parameters(index = "0", paramLabel = "VOLUME", description = "its id, or its name")
    private String volume = "";

    @Parameters(index = "1", paramLabel = "INSTANCE", description = "its id, or its name")
    private String instance = "";

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "device name (default: the first free one from /dev/sdf on)")
    private String device = "";

    @Option(names = "--wait", description = "wait until the instance has it")
    private boolean wait;

    AttachVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var volumes = new Volumes(cloud);
        String id = volumes.id(volume);
        String instanceId = new Instances(cloud).one(instance).id();
        cloud.ec2(
                "AttachVolume",
                new Form()
                        .with("VolumeId", id)
                        .with("InstanceId", instanceId)
                        .with("Device", device.isEmpty() ? free(volumes, instanceId) : device));
        var now =
                wait
                        ? new VolumeWait(volumes, progress())
                                .until(id, "attached", one -> one.attachment().equals("attached"))
                        : volumes.one(id);
        VolumeColumns.print(listing(), List.of(now));
        return 0;
    }

    /** The kernel calls the place of {@code /dev/sdf} {@code /dev/xvdf}, too. */
    private static String free(Volumes volumes, String instanceId) {
        var taken =
                volumes.list(new Form().withFilter("attachment.instance-id", instanceId)).stream()
                        .map(one -> one.device().replaceFirst("xvd", "sd"))
                        .collect(Collectors.toSet());
        return IntStream.rangeClosed('f', 'z')
                .mapToObj(letter -> "/dev/sd" + (char) letter)
                .filter(name -> !taken.contains(name))
                .findFirst()
                .orElseThrow(() ->
                        CliException.usage(
                                instanceId + " has a volume at each of /dev/sdf to /dev/sdz",
                                "name another device: --device /dev/xvdba"));
    }
}
