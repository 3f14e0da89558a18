package io.brume.cli.command.instance;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Form;
import io.brume.cli.client.Instance;
import io.brume.cli.client.Instances;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "Lists instances.",
        footer = {
            "  brume instance list",
            "  brume instance list --state running --output json",
            "  brume instance list --all"
        })
final class ListInstances extends CloudCommand {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            description =
                    "only those that are pending, running, stopping, stopped, shutting-down or"
                            + " terminated")
    private String state = "";

    @Option(names = "--all", description = "also those that were terminated a short while ago")
    private boolean all;

    ListInstances(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var parameters = new Form();
        if (!state.isEmpty()) {
            parameters.withFilter("instance-state-name", state);
        } else if (!all) {
            parameters.withFilter(
                    "instance-state-name",
                    "pending",
                    "running",
                    "stopping",
                    "stopped",
                    "shutting-down");
        }
        List<Instance> found =
                new Instances(cloud)
                        .list(parameters).stream()
                                .sorted(
                                        Comparator.comparing(Instance::launched)
                                                .thenComparing(Instance::id))
                                .toList();
        InstanceColumns.print(listing(), found);
        return 0;
    }
}
