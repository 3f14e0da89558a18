package io.brume.cli.command.snapshot;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Snapshots;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows everything about one snapshot.",
        footer = "  brume snapshot show snap-0123456789abcdef0")
final class ShowSnapshot extends CloudCommand {
    @Parameters(paramLabel = "SNAPSHOT", description = "its id, or its name")
    private String snapshot = "";

    ShowSnapshot(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        listing().row(new Snapshots(cloud).one(snapshot).row());
        return 0;
    }
}
