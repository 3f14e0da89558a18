package io.brume.cli.command.snapshot;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Snapshots;
import io.brume.cli.client.Snapshots.Snapshot;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "Lists the account's snapshots.",
        footer = {"  brume snapshot list", "  brume snapshot list --all --output json"})
final class ListSnapshots extends CloudCommand {
    @Option(names = "--all", description = "also those that others share")
    private boolean all;

    ListSnapshots(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        List<Snapshot> found =
                new Snapshots(cloud)
                        .list(new Form().with("Owner.1", all ? "" : "self")).stream()
                                .sorted(
                                        Comparator.comparing(Snapshot::started)
                                                .thenComparing(Snapshot::id))
                                .toList();
        SnapshotColumns.print(listing(), found);
        return 0;
    }
}
