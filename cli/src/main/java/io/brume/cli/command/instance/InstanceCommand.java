package io.brume.cli.command.instance;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "instance",
        description = "Virtual machines.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunInstance.class,
            ListInstances.class,
            ShowInstance.class,
            StartInstances.class,
            StopInstances.class,
            RebootInstances.class,
            TerminateInstances.class,
            InstanceConsole.class,
            InstanceSsh.class
        })
public final class InstanceCommand {}
