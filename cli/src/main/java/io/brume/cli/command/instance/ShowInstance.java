package io.brume.cli.command.instance;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.Instances;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows everything about one instance.",
        footer = "  brume instance show first")
final class ShowInstance extends CloudCommand {
    @Parameters(paramLabel = "INSTANCE", description = "its id, or its name")
    private String instance = "";

    ShowInstance(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        listing().row(new Instances(cloud).one(instance).row());
        return 0;
    }
}
