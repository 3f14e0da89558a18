package io.brume.cli.command.snapshot;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Snapshots;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "delete",
        description = "Deletes snapshots. Volumes and other snapshots lose nothing by it.",
        footer = "  brume snapshot delete snap-0123456789abcdef0")
final class DeleteSnapshot extends CloudCommand {
    @Parameters(arity = "1..*", paramLabel = "SNAPSHOT", description = "ids or names")
    private List<String> snapshots = List.of();

    DeleteSnapshot(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var all = new Snapshots(cloud);
        // All are found before the first is deleted.
        for (String id : snapshots.stream().map(all::id).toList()) {
            cloud.ec2("DeleteSnapshot", new Form().with("SnapshotId", id));
            tell("deleted " + id);
        }
        return 0;
    }
}
