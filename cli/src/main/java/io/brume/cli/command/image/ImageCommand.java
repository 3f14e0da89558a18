package io.brume.cli.command.image;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "image",
        description = "Images, from which instances begin.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListImages.class,
            ImportImage.class,
            BuildImage.class,
            CreateImage.class,
            CopyImage.class
        })
public final class ImageCommand {}
