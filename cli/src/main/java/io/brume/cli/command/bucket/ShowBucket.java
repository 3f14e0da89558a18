package io.brume.cli.command.bucket;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import io.brume.cli.output.Sizes;
import java.util.LinkedHashMap;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows a bucket, and with --count how much is in it.",
        footer = "  brume bucket show --count photos")
final class ShowBucket extends CloudCommand {
    @Option(names = "--count", description = "count its objects, which takes a list of them all")
    private boolean count;

    @Parameters(paramLabel = "NAME", description = "its name")
    private String bucket = "";

    ShowBucket(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var store = new ObjectStore(cloud);
        var url = S3Url.bucketOrUrl(bucket).with("");
        var known =
                store.buckets().stream()
                        .filter(one -> one.name().equals(url.bucket()))
                        .findFirst()
                        .orElseThrow(() ->
                                CliException.usage(
                                        "you have no bucket " + url.bucket(),
                                        "see: brume bucket list"));
        var row = new LinkedHashMap<String, Object>();
        row.put("Name", known.name());
        row.put("CreationDate", known.created());
        row.put("Region", cloud.connection().region());
        var versioning = store.configuration(url.bucket(), "versioning").at("Status");
        row.put("Versioning", versioning.isEmpty() ? "never enabled" : versioning);
        row.put("Url", cloud.connection().endpoint() + "/" + url.bucket() + "/");
        if (count) {
            var objects = new AtomicLong();
            var bytes = new AtomicLong();
            store.list(
                    url,
                    true,
                    page ->
                            page.items()
                                    .forEach(item -> {
                                        objects.incrementAndGet();
                                        bytes.addAndGet(item.size());
                                    }));
            row.put("Objects", objects.get());
            row.put("Bytes", forPeople() ? Sizes.text(bytes.get()) : bytes.get());
        }
        listing().row(row);
        return 0;
    }
}
