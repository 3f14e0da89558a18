package io.brume.cli.command.object;

import io.brume.cli.client.CliException;
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
        name = "rm",
        description = "Deletes objects.",
        footer = {
            "  brume object rm s3://photos/cat.jpg",
            "  brume object rm -r s3://photos/2025/"
        })
final class RemoveObjects extends CloudCommand {
    @Option(
            names = {"-r", "--recursive"},
            description = "all whose keys begin so")
    private boolean recursive;

    @Parameters(arity = "1..*", paramLabel = "PLACE", description = "s3://BUCKET/KEY")
    private List<String> places = List.of();

    RemoveObjects(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var store = new ObjectStore(cloud);
        for (var place : places) {
            if (recursive) {
                var url = S3Url.parse(place);
                tell("deleted " + store.deleteAll(url) + " objects below " + url);
            } else {
                remove(store, S3Url.ofObject(place));
            }
        }
        return 0;
    }

    private void remove(ObjectStore store, S3Url url) {
        if (url.key().endsWith("/")) {
            throw CliException.usage(
                    url + " is where keys go on", "all below it: brume object rm -r " + url);
        }
        store.delete(url);
        tell("deleted " + url);
    }
}
