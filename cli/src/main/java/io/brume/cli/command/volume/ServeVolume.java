package io.brume.cli.command.volume;

import io.brume.cli.client.CertificateFolder;
import io.brume.cli.client.CliException;
import io.brume.cli.client.Cloud;
import io.brume.cli.client.Servings;
import io.brume.cli.client.Servings.Door;
import io.brume.cli.client.Servings.Serving;
import io.brume.cli.client.Volumes;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import io.brume.cli.output.Progress.Look;
import io.brume.common.units.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "serve",
        description =
                "Serves a volume that nobody has to nbdinfo, nbdcopy, qemu-img and other NBD"
                        + " clients, over TLS, until Ctrl-C. For the operator.",
        footer = {
            "  brume volume serve data",
            "  brume volume serve data --read-only --for 30m",
            "  nbdcopy disk.raw 'URI'            # in another shell, with the URI that is printed",
            "  nbdcopy 'URI' disk.raw"
        })
final class ServeVolume extends CloudCommand {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm");

    @Parameters(paramLabel = "VOLUME", description = "its id, or its name")
    private String volume = "";

    @Option(
            names = "--host",
            paramLabel = "NODE",
            description = "which host's agent serves it: its id, or the host's name (default: any)")
    private String host = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "how long, 24h at most (default: ${DEFAULT-VALUE})")
    private String time = "8h";

    @Option(names = "--read-only", description = "clients may only read")
    private boolean readOnly;

    ServeVolume(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        Duration within = time();
        var servings = new Servings(cloud);
        String id = new Volumes(cloud).id(volume);
        String node = host.isEmpty() ? "" : servings.node(host);
        var folder = new CertificateFolder(context().environment().serving(cloud.connection(), id));
        try (var client = new OutsideClient(servings, id, folder);
                var _ = Ending.with(client, context().terminal())) {
            client.begin(node, within, readOnly);
            Serving first =
                    progress()
                            .await(id + " served", LIMIT, () -> look(client, id))
                            .orElseThrow(() -> late(id));
            keep(client, id, first, folder);
        }
        return 0;
    }

    private Duration time() {
        try {
            Duration asked = Durations.parse(time);
            if (asked.toSeconds() < 1 || asked.compareTo(LONGEST) > 0) {
                throw CliException.usage("--for must be 1s to 24h", "for example: --for 8h");
            }
            return asked;
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--for " + e.getMessage(), "for example: --for 8h");
        }
    }

    private static Look<Serving> look(OutsideClient client, String id) {
        var look = client.look();
        if (!look.answered()) {
            return Look.notYet("the cloud does not answer");
        }
        Serving now = look.serving().orElseThrow(() -> over(id));
        return now.door().isPresent() ? Look.done(now) : Look.notYet(now.state());
    }

    private static CliException over(String id) {
        return CliException.general(
                id + " is not served: it was ended, or its host is away",
                "see: brume volume show " + id + ", brume node list");
    }

    private static CliException late(String id) {
        return CliException.general(
                "%s was not served within %d seconds".formatted(id, LIMIT.toSeconds()),
                "see: brume volume show " + id + ", ./brume logs node-agent");
    }

    private void say(String id, Serving serving, String uri, CertificateFolder folder) {
        if (forPeople()) {
            tell(
                    "serving %s from %s until %s; end it with Ctrl-C"
                            .formatted(
                                    id,
                                    serving.hostName().isEmpty()
                                            ? serving.nodeId()
                                            : serving.hostName(),
                                    clock(serving.until())));
            tell(uri);
        } else {
            var row = new LinkedHashMap<String, Object>();
            row.put("VolumeId", id);
            row.put("NodeId", serving.nodeId());
            row.put("HostName", serving.hostName());
            row.put("Until", serving.until().toString());
            row.put("ReadOnly", readOnly);
            row.put("Uri", uri);
            row.put("Certificates", folder.path().toString());
            listing().row(row);
        }
        context().terminal().out().flush();
    }

    /** To the minute, and never later than it is. */
    private static String clock(Instant until) {
        return until.truncatedTo(ChronoUnit.MINUTES).atZone(ZoneId.systemDefault()).format(CLOCK);
    }

    /** Until it is over; an agent that has started again listens elsewhere. */
    private void keep(OutsideClient client, String id, Serving first, CertificateFolder folder) {
        Optional<Door> told = Optional.empty();
        Optional<Serving> now = Optional.of(first);
        do {
            Optional<Door> door = now.flatMap(Serving::door);
            if (door.isPresent() && !door.equals(told)) {
                told = door;
                say(id, now.get(), client.open(door.get()), folder);
            }
            if (!paused()) {
                return;
            }
            var look = client.look();
            now = look.serving();
            if (look.answered() && now.isEmpty()) {
                break;
            }
        } while (context().time().now().isBefore(first.until()));
        context().terminal().note(id + " is not served any more");
    }

    private boolean paused() {
        try {
            context().pause().of(PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
