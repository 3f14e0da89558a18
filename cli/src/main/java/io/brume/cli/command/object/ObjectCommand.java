package io.brume.cli.command.object;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "object",
        description = "Files in buckets.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CopyObjects.class,
            ListObjects.class,
            RemoveObjects.class,
            PresignObject.class
        })
public final class ObjectCommand {}
