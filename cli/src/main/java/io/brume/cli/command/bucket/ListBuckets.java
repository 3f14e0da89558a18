package io.brume.cli.command.bucket;

import io.brume.cli.client.Cloud;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "list",
        description = "Lists your buckets.",
        footer = {"  brume bucket list", "  brume bucket list --output json"})
final class ListBuckets extends CloudCommand {
    ListBuckets(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var rows =
                new ObjectStore(cloud)
                        .buckets().stream()
                                .map(bucket -> {
                                    Map<String, Object> row = new LinkedHashMap<>();
                                    row.put("Name", bucket.name());
                                    row.put("CreationDate", bucket.created());
                                    return row;
                                })
                                .toList();
        listing()
                .rows(
                        List.of("Name", "CreationDate"),
                        rows,
                        "no buckets; make one with: brume bucket create NAME");
        return 0;
    }
}
