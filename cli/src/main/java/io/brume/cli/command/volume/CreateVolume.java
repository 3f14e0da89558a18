package io.brume.cli.command.volume;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Snapshots;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Makes a volume, empty or from a snapshot.",
        footer = {
            "  brume volume create data --size 20 --wait",
            "  brume volume create copy --snapshot snap-0123456789abcdef0",
            "  brume volume create secrets --size 20 --encrypted"
        })
final class CreateVolume extends CloudCommand {
    @Parameters(paramLabel = "NAME", description = "what to call it")
    private String name = "";

    @Option(names = "--size", paramLabel = "GIB", description = "in GiB")
    private String size = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "gp3 (the default), gp2, io1, io2, st1, sc1 or standard")
    private String type = "gp3";

    @Option(names = "--iops", paramLabel = "NUMBER", description = "operations a second")
    private String iops = "";

    @Option(names = "--throughput", paramLabel = "MIB", description = "MiB a second")
    private String throughput = "";

    @Option(names = "--snapshot", paramLabel = "SNAPSHOT", description = "what it begins as")
    private String snapshot = "";

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "availability zone (default: the first one)")
    private String zone = "";

    @Option(names = "--encrypted", description = "encrypt it; what begins encrypted always is")
    private boolean encrypted;

    @Option(names = "--wait", description = "wait until it can be used")
    private boolean wait;

    CreateVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        if (size.isEmpty() && snapshot.isEmpty()) {
            throw CliException.usage("the volume needs a size", "add --size GIB or --snapshot");
        }
        var volumes = new Volumes(cloud);
        String id =
                cloud.ec2(
                                "CreateVolume",
                                new Form()
                                        .with(
                                                "AvailabilityZone",
                                                zone.isEmpty() ? first(cloud) : zone)
                                        .with("Size", size)
                                        .with("VolumeType", type)
                                        .with("Iops", iops)
                                        .with("Throughput", throughput)
                                        .with(
                                                "SnapshotId",
                                                snapshot.isEmpty()
                                                        ? ""
                                                        : new Snapshots(cloud).id(snapshot))
                                        .with("Encrypted", encrypted ? "true" : "")
                                        .named("volume", name))
                        .at("volumeId");
        var made =
                wait
                        ? new VolumeWait(volumes, progress())
                                .until(id, "available", one -> one.state().equals("available"))
                        : volumes.one(id);
        VolumeColumns.print(listing(), List.of(made));
        return 0;
    }

    private static String first(Cloud cloud) {
        return cloud
                .ec2List("DescribeAvailabilityZones", new Form(), "availabilityZoneInfo")
                .stream()
                .findFirst()
                .map(zone -> zone.at("zoneName"))
                .orElseThrow(
                        () -> CliException.general("the cloud has no zone", "see: brume cloud"));
    }
}
