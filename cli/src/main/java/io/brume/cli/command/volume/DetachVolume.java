package io.brume.cli.command.volume;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "detach",
        description = "Takes a volume back from its instance. Unmount it there first.",
        footer = {"  brume volume detach data --wait", "  brume volume detach data --force"})
final class DetachVolume extends CloudCommand {
    @Parameters(paramLabel = "VOLUME", description = "its id, or its name")
    private String volume = "";

    @Option(names = "--force", description = "even if the guest does not let go of it")
    private boolean force;

    @Option(names = "--wait", description = "wait until it is free")
    private boolean wait;

    DetachVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var volumes = new Volumes(cloud);
        String id = volumes.id(volume);
        cloud.ec2(
                "DetachVolume", new Form().with("VolumeId", id).with("Force", force ? "true" : ""));
        var now = new VolumeWait(volumes, progress()).free(id, wait);
        VolumeColumns.print(listing(), List.of(now));
        return 0;
    }
}
