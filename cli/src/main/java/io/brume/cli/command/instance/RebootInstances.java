package io.brume.cli.command.instance;

import io.brume.cli.command.Context;
import picocli.CommandLine.Command;

@Command(
        name = "reboot",
        description = "Reboots running instances.",
        footer = "  brume instance reboot first --wait")
final class RebootInstances extends ChangeInstances {
    RebootInstances(Context context) {
        super(context, "RebootInstances", "running");
    }
}
