package io.brume.cli.command.volume;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import io.brume.cli.output.Progress.Look;
import java.time.Duration;
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
    private static final Duration LIMIT = Duration.ofMinutes(5);

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
            await(cloud, id);
        }
        VolumeColumns.print(listing(), List.of(volumes.one(id)));
        return 0;
    }

    private void await(Cloud cloud, String id) {
        boolean done =
                progress()
                        .await(
                                id + " modified",
                                LIMIT,
                                () -> {
                                    var state =
                                            cloud
                                                    .ec2List(
                                                            "DescribeVolumesModifications",
                                                            new Form().with("VolumeId.1", id),
                                                            "volumeModificationSet")
                                                    .stream()
                                                    .findFirst()
                                                    .map(one -> one.at("modificationState"))
                                                    .orElse("");
                                    return state.equals("modifying")
                                            ? Look.<Boolean>notYet(state)
                                            : Look.done(true);
                                })
                        .isPresent();
        if (!done) {
            throw CliException.general(
                    id + " was not modified within " + LIMIT.toMinutes() + " minutes",
                    "see: brume volume show " + id + ", ./brume status");
        }
    }
}
