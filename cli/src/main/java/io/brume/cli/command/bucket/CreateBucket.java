package io.brume.cli.command.bucket;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Makes a bucket. Its name is unique in the whole cloud.",
        footer = "  brume bucket create photos")
final class CreateBucket extends CloudCommand {
    @Parameters(
            paramLabel = "NAME",
            description = "3 to 63 lower-case letters, digits, points and hyphens")
    private String bucket = "";

    CreateBucket(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var name = S3Url.bucketOrUrl(bucket).bucket();
        new ObjectStore(cloud).createBucket(name, cloud.connection().region());
        tell("made s3://" + name + "/");
        return 0;
    }
}
