package io.brume.cli.command.snapshot;

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
        description = "Keeps what a volume holds now, while it is used.",
        footer = {
            "  brume snapshot create data --wait",
            "  brume snapshot create data --name nightly --description 'before the upgrade'"
        })
final class CreateSnapshot extends CloudCommand {
    @Parameters(paramLabel = "VOLUME", description = "its id, or its name")
    private String volume = "";

    @Option(names = "--name", paramLabel = "NAME", description = "what to call it")
    private String name = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "what it is")
    private String description = "";

    @Option(names = "--wait", description = "wait until all of it is kept")
    private boolean wait;

    CreateSnapshot(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        String id =
                cloud.ec2(
                                "CreateSnapshot",
                                new Form()
                                        .with("VolumeId", new Volumes(cloud).id(volume))
                                        .with("Description", description)
                                        .named("snapshot", name))
                        .at("snapshotId");
        var snapshots = new Snapshots(cloud);
        SnapshotColumns.print(
                listing(), List.of(new SnapshotWait(snapshots, progress()).made(id, wait)));
        return 0;
    }
}
