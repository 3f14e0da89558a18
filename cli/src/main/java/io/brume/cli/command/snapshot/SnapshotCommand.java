package io.brume.cli.command.snapshot;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "snapshot",
        description = "What volumes held at one moment.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListSnapshots.class,
            ShowSnapshot.class,
            CreateSnapshot.class,
            CopySnapshot.class,
            DeleteSnapshot.class
        })
public final class SnapshotCommand {}
