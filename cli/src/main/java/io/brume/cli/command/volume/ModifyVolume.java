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
        name = "modify",
        description = "Makes a volume larger or faster while it is used.",
        footer = {
            "  brume volume modify data --size 40 --wait",
            "  brume volume modify data --iops 6000 --throughput 300"
        })
final class ModifyVolume extends CloudCommand {
    @Parameters(paramLabel = "VOLUME", description = "its id, or its name")
    private String volume = "";

    @Option(names = "--size", paramLabel = "GIB", description = "in GiB, not less than it has")
    private String size = "";

    @Option(names = "--type", paramLabel = "TYPE", description = "another type")
    private String type = "";

    @Option(names = "--iops", paramLabel = "NUMBER", description = "operations a second")
    private String iops = "";

    @Option(names = "--throughput", paramLabel = "MIB", description = "MiB a second")
    private String throughput = "";

    @Option(names = "--wait", description = "wait until the instance sees it")
    private boolean wait;

    ModifyVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var volumes = new Volumes(cloud);
        String id = volumes.id(volume);
        cloud.ec2(
                "ModifyVolume",
                new Form()
                        .with("VolumeId", id)
                        .with("Size", size)
                        .with("VolumeType", type)
                        .with("Iops", iops)
                        .with("Throughput", throughput));
        if (wait) {
            new VolumeWait(volumes, progress()).untilModified(cloud, id);
        }
        VolumeColumns.print(listing(), List.of(volumes.one(id)));
        return 0;
    }
}
