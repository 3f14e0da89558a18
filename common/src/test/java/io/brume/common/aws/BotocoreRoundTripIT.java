package io.brume.common.aws;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every operation of eighteen services, written by the installed botocore and read by the codecs,
 * and the other way round.
 *
 * <p>{@code botocore-gaps.txt} lists the accepted differences; it may only shrink. What botocore
 * knows and the pinned SDK does not is found out from the SDK's classes, left out and counted, so
 * that any version of botocore will do.
 */
final class BotocoreRoundTripIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As many operations as all other services have: the script uses one processor. */
    private static final String HALF = "ec2";

    private final Map<String, String> differing = new TreeMap<>();
    private final TreeSet<String> fine = new TreeSet<>();
    private int unknownOperations;
    private int unknownMembers;
    private int otherWires;
    private String version = "?";

    @Test
    @Timeout(value = 5, unit = MINUTES)
    void roundTripsEveryOperation() throws Exception {
        long start = System.nanoTime();
        var others = new TreeSet<>(Contracts.ALL.keySet());
        others.remove(HALF);
        try (var server = new EchoServer()) {
            var command = List.of(python(), script().toString(), Integer.toString(server.port()));
            var half = new FutureTask<>(() -> roundTrip(command, List.of(HALF)));
            Thread.ofPlatform().daemon().start(half);
            roundTrip(command, others);
            half.get();
        }
        System.out.printf(
                "botocore %s: %d of %d messages exact; left out as unknown to the SDK: %d messages"
                        + " and %d members; %d messages over protocols not offered; %d s%n",
                version,
                fine.size(),
                fine.size() + differing.size(),
                unknownOperations,
                unknownMembers,
                otherWires,
                NANOSECONDS.toSeconds(System.nanoTime() - start));
        judge();
    }

    private boolean roundTrip(List<String> begin, Collection<String> services)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(begin);
        command.addAll(services);
        var log = Files.createTempFile("roundtrip", ".log");
        var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        try {
            read(process);
            assertThat(process.waitFor(10, SECONDS)).as("the script ends").isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
            return true;
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }

    private void judge() {
        var gaps = Differences.load("botocore-gaps.txt");
        var unexpected = new TreeMap<>(differing);
        gaps.keySet().forEach(unexpected::remove);
        assertThat(unexpected.entrySet().stream().map(e -> e.getKey() + "\t" + e.getValue()))
                .as("messages that differ and are not in botocore-gaps.txt")
                .isEmpty();
        var mended = new TreeSet<>(gaps.keySet());
        mended.retainAll(fine);
        assertThat(mended).as("gaps that are mended: take them off the list").isEmpty();
        assertThat(fine.size()).as("messages").isGreaterThan(2000);
    }

    private void read(Process process) throws IOException {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                take(JSON.readTree(line));
            }
        }
    }

    private synchronized void take(JsonNode line) {
        if (line.has("botocore")) {
            version = line.get("botocore").asText();
            return;
        }
        unknownMembers += line.get("newer").asInt();
        var service = line.get("service").asText();
        var wire = Wire.valueOf(line.get("wire").asText());
        var contract = requireNonNull(Contracts.ALL.get(service));
        if (!line.get("known").asBoolean()) {
            unknownOperations++;
        } else if (!Api.of(service, contract).speaks(wire)) {
            otherWires++;
        } else if (line.get("difference").isNull()) {
            fine.add(line.get("check").asText());
        } else {
            differing.put(line.get("check").asText(), line.get("difference").asText());
        }
    }

    private static Path script() {
        var script = Path.of("src/test/python/roundtrip.py");
        return Files.exists(script) ? script : Path.of("common").resolve(script);
    }

    private static String python() throws IOException, InterruptedException {
        for (var python : List.of("python3", "/usr/bin/python3")) {
            try {
                var process =
                        new ProcessBuilder(
                                        python,
                                        "-c",
                                        "import botocore.awsrequest, botocore.session")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start();
                if (process.waitFor(60, SECONDS) && process.exitValue() == 0) {
                    return python;
                }
                process.destroyForcibly();
            } catch (IOException e) {
                // there is no such program: the next one, or the message below
            }
        }
        return fail(
                "This test needs Python with botocore. On Debian or Ubuntu:"
                        + " apt-get install python3 python3-botocore");
    }
}
