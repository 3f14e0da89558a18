package io.brume.cli.command.volume;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Servings;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "unserve",
        description = "Ends the serving of a volume, whoever began it. For the operator.",
        footer = "  brume volume unserve data --wait")
final class UnserveVolume extends CloudCommand {
    @Parameters(paramLabel = "VOLUME", description = "its id, or its name")
    private String volume = "";

    @Option(names = "--wait", description = "wait until it is free")
    private boolean wait;

    UnserveVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var volumes = new Volumes(cloud);
        String id = volumes.id(volume);
        new Servings(cloud).end(id, "");
        var now = new VolumeWait(volumes, progress()).free(id, wait);
        VolumeColumns.print(listing(), List.of(now));
        return 0;
    }
}
