package io.brume.cli.command.bucket;

import picocli.CommandLine.Command;

/** The noun; its commands do the work. */
@Command(
        name = "bucket",
        description = "Names for objects to be kept under.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ListBuckets.class, ShowBucket.class, CreateBucket.class, DeleteBucket.class})
public final class BucketCommand {}
