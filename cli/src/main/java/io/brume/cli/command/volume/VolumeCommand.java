package io.brume.cli.command.volume;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "volume",
        description = "Disks that outlive instances and hosts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListVolumes.class,
            ShowVolume.class,
            CreateVolume.class,
            AttachVolume.class,
            DetachVolume.class,
            ModifyVolume.class,
            ServeVolume.class,
            UnserveVolume.class,
            DeleteVolume.class
        })
public final class VolumeCommand {}
