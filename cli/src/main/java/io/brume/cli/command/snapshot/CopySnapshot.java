package io.brume.cli.command.snapshot;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Snapshots;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "copy",
        description = "Makes another snapshot of the same content: one of your own, or encrypted.",
        footer = {
            "  brume snapshot copy nightly --name kept",
            "  brume snapshot copy snap-0123456789abcdef0 --encrypted --wait"
        })
final class CopySnapshot extends CloudCommand {
    @Parameters(paramLabel = "SNAPSHOT", description = "its id, or its name")
    private String snapshot = "";

    @Option(names = "--name", paramLabel = "NAME", description = "what to call the copy")
    private String name = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "what it is")
    private String description = "";

    @Option(
            names = "--encrypted",
            description = "encrypt it; a copy of what is encrypted always is")
    private boolean encrypted;

    @Option(names = "--wait", description = "wait until all of it is kept")
    private boolean wait;

    CopySnapshot(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var snapshots = new Snapshots(cloud);
        String id =
                cloud.ec2(
                                "CopySnapshot",
                                new Form()
                                        .with("SourceRegion", cloud.connection().region())
                                        .with("SourceSnapshotId", snapshots.id(snapshot))
                                        .with("Description", description)
                                        .with("Encrypted", encrypted ? "true" : "")
                                        .named("snapshot", name))
                        .at("snapshotId");
        SnapshotColumns.print(
                listing(), List.of(new SnapshotWait(snapshots, progress()).made(id, wait)));
        return 0;
    }
}
