package io.brume.cli.command.object;

import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.ObjectStore;
import io.brume.cli.client.S3Url;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "presign",
        description = "Makes a URL with which whoever holds it may read (or write) one object.",
        footer = {
            "  brume object presign s3://photos/cat.jpg",
            "  curl -T cat.jpg \"$(brume object presign --method put s3://photos/cat.jpg)\""
        })
final class PresignObject extends CloudCommand {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Duration MOST = Duration.ofDays(7);
    private static final Set<String> METHODS = Set.of("GET", "PUT", "HEAD", "DELETE");

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "30s, 15m, 12h, 7d; an hour where not given, 7 days at most")
    private String expires = "1h";

    @Option(names = "--method", paramLabel = "METHOD", description = "get, put, head or delete")
    private String method = "get";

    @Parameters(paramLabel = "PLACE", description = "s3://BUCKET/KEY")
    private String place = "";

    PresignObject(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var verb = method.toUpperCase(Locale.ROOT);
        if (!METHODS.contains(verb)) {
            throw CliException.usage(
                    "--method " + method + " is not get, put, head or delete", "see --help");
        }
        var url = new ObjectStore(cloud).presigned(verb, S3Url.ofObject(place), validity());
        context().terminal().say(url.toString());
        return 0;
    }

    private Duration validity() {
        var read = TIME.matcher(expires);
        if (read.matches()) {
            long count = Long.parseLong(read.group(1));
            var time =
                    switch (read.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
            if (time.isPositive() && time.compareTo(MOST) <= 0) {
                return time;
            }
        }
        throw CliException.usage(
                "--expires " + expires + " is not a time of 1s to 7d", "as in --expires 12h");
    }
}
