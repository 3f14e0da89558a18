package io.brume.cli.command.volume;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Volumes;
import io.brume.cli.client.Volumes.Volume;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "Lists volumes.",
        footer = {"  brume volume list", "  brume volume list --state available --output json"})
final class ListVolumes extends CloudCommand {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "only those that are creating, available, in-use, deleting or error")
    private String state = "";

    ListVolumes(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var parameters = new Form();
        if (!state.isEmpty()) {
            parameters.withFilter("status", state);
        }
        List<Volume> found =
                new Volumes(cloud)
                        .list(parameters).stream()
                                .sorted(
                                        Comparator.comparing(Volume::created)
                                                .thenComparing(Volume::id))
                                .toList();
        VolumeColumns.print(listing(), found);
        return 0;
    }
}
