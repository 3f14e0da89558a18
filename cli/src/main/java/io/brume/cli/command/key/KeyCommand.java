package io.brume.cli.command.key;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "key",
        description = "Key pairs, which open instances.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CreateKey.class, ImportKey.class, ListKeys.class, DeleteKey.class})
public final class KeyCommand {}
