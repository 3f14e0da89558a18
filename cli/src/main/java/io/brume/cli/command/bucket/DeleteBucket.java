package io.brume.cli.command.bucket;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "delete",
        description = "Deletes empty buckets; with --force also their objects.",
        footer = {"  brume bucket delete photos", "  brume bucket delete --force photos"})
final class DeleteBucket extends CloudCommand {
    @Option(names = "--force", description = "delete the objects first")
    private boolean force;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "names")
    private List<String> buckets = List.of();

    DeleteBucket(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var store = new ObjectStore(cloud);
        for (var bucket : buckets) {
            var url = S3Url.bucketOrUrl(bucket).with("");
            if (force) {
                store.deleteAll(url);
            }
            store.deleteBucket(url.bucket());
            tell("deleted " + url);
        }
        return 0;
    }
}
