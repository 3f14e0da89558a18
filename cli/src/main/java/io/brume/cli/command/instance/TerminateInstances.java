package io.brume.cli.command.instance;

import io.brume.cli.command.Context;
import picocli.CommandLine.Command;

@Command(
        name = "terminate",
        description = "Ends instances for good, with the disks that belong to them.",
        footer = "  brume instance terminate first --wait")
final class TerminateInstances extends ChangeInstances {
    TerminateInstances(Context context) {
        super(context, "TerminateInstances", "terminated");
    }
}
