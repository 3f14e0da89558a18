package io.brume.cli.command.object;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import io.brume.cli.output.Sizes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ls",
        description = "Lists objects whose keys begin so, or one level of what slashes divide.",
        footer = {"  brume object ls s3://photos/2026/", "  brume object ls -r s3://photos"})
final class ListObjects extends CloudCommand {
    @Option(
            names = {"-r", "--recursive"},
            description = "all of them, however many slashes follow")
    private boolean recursive;

    @Parameters(paramLabel = "PLACE", description = "s3://BUCKET/ or s3://BUCKET/PREFIX")
    private String place = "";

    private long objects;
    private long bytes;

    ListObjects(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var url = S3Url.bucketOrUrl(place);
        var store = new ObjectStore(cloud);
        if (!forPeople()) {
            var rows = new ArrayList<Map<String, Object>>();
            store.list(
                    url,
                    recursive,
                    page -> {
                        page.prefixes().forEach(prefix -> rows.add(row(prefix)));
                        page.items().forEach(item -> rows.add(item.row()));
                    });
            listing().rows(List.of(), rows, "");
            return 0;
        }
        // As it comes: nobody waits for the last page of a million to see the first.
        store.list(
                url,
                recursive,
                page -> {
                    page.prefixes().forEach(prefix -> line("", "-", prefix));
                    page.items()
                            .forEach(item -> {
                                objects++;
                                bytes += item.size();
                                line(item.modified(), Sizes.text(item.size()), item.key());
                            });
                });
        tell(objects + (objects == 1 ? " object, " : " objects, ") + Sizes.text(bytes));
        return 0;
    }

    private static Map<String, Object> row(String prefix) {
        var row = new LinkedHashMap<String, Object>();
        row.put("Prefix", prefix);
        return row;
    }

    private void line(String modified, String size, String key) {
        var plain = key.replaceAll("\\p{Cntrl}", "?");
        context().terminal().say("%-24s  %10s  %s".formatted(modified, size, plain));
    }
}
