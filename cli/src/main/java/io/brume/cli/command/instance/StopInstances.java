package io.brume.cli.command.instance;

import io.brume.cli.client.Form;
import io.brume.cli.command.Context;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "stop",
        description = "Stops running instances; their disks stay.",
        footer = {"  brume instance stop first --wait", "  brume instance stop first --force"})
final class StopInstances extends ChangeInstances {
    @Option(names = "--force", description = "as if the power were cut")
    private boolean force;

    StopInstances(Context context) {
        super(context, "StopInstances", "stopped");
    }

    @Override
    void complete(Form parameters) {
        if (force) {
            parameters.with("Force", "true");
        }
    }
}
