package io.brume.cli.command.node;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "node",
        description = "Nodes: the hosts that instances run on.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ListNodes.class, ShowNode.class})
public final class NodeCommand {}
