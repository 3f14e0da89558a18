package io.brume.cli.command.volume;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Instances;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
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
            description = "device name (default: ${DEFAULT-VALUE})")
    private String device = "/dev/sdf";

    @Option(names = "--wait", description = "wait until the instance has it")
    private boolean wait;

    AttachVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var volumes = new Volumes(cloud);
        String id = volumes.id(volume);
        cloud.ec2(
                "AttachVolume",
                new Form()
                        .with("VolumeId", id)
                        .with("InstanceId", new Instances(cloud).one(instance).id())
                        .with("Device", device));
        var now =
                wait
                        ? new VolumeWait(volumes, progress())
                                .until(id, "attached", one -> one.attachment().equals("attached"))
                        : volumes.one(id);
        VolumeColumns.print(listing(), List.of(now));
        return 0;
    }
}
