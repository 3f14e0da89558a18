package io.brume.cli.command.instance;

import io.brume.cli.command.Context;
import picocli.CommandLine.Command;

@Command(
        name = "start",
        description = "Starts stopped instances.",
        footer = "  brume instance start first --wait")
final class StartInstances extends ChangeInstances {
    StartInstances(Context context) {
        super(context, "StartInstances", "running");
    }
}
