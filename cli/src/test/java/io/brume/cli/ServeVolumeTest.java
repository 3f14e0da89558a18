package io.brume.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code brume volume serve} against a pretended cloud, on a clock that its pauses move. */
class ServeVolumeTest {
    private static final String VOLUME = "vol-0123456789abcdef0";
    private static final Pattern REQUEST = Pattern.compile("\"CertificateRequest\":\"([^\"]+)\"");

    /** Time passes in pauses only. */
    private static final class PausedTime implements Time {
        private final Instant begun = Time.system().now();
        private volatile Duration passed = Duration.ZERO;

        @Override
        public Instant now() {
            return begun.plus(passed);
        }

        @Override
        public long nanos() {
            return passed.toNanos();
        }
    }

    /** What is in the folder of certificates at a moment. */
    private record Folder(String permissions, TreeMap<String, String> files) {
        static Folder of(Path folder) throws IOException {
            var files = new TreeMap<String, String>();
            try (Stream<Path> all = Files.list(folder)) {
                for (Path file : all.toList()) {
                    files.put(
                            file.getFileName().toString(),
                            permissions(file) + "\n" + Files.readString(file));
                }
            }
            return new Folder(permissions(folder), files);
        }

        private static String permissions(Path file) throws IOException {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        }
    }

    @TempDir private Path home;
    private FakeCloud cloud;
    private InProcess process;
    private final PausedTime time = new PausedTime();
    private final List<Folder> folders = new ArrayList<>();
    private final CertificateAuthority clients = CertificateAuthority.create("clients", time);
    private final X509Certificate server = CertificateAuthority.create("one", time).certificate();
    private final X509Certificate next = CertificateAuthority.create("two", time).certificate();
    private final Identity client = clients.issueClient(VOLUME, Duration.ofHours(1));

    @BeforeEach
    void open() throws IOException {
        cloud = new FakeCloud();
        process = new InProcess(cloud.endpoint(), home, time, this::pause);
        cloud.answers(
                "Brume.ServeVolume",
                "{\"Certificate\":\"%s\",\"Authority\":\"%s\"}"
                        .formatted(base64(client.certificate()), base64(clients.certificate())));
        cloud.answers("Brume.UnserveVolume", "{}");
    }

    @AfterEach
    void close() {
        cloud.close();
    }

    private void pause(Duration pause) {
        time.passed = time.passed.plus(pause);
        try {
            if (Files.exists(folder())) {
                folders.add(Folder.of(folder()));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path folder() {
        return home.resolve(".brume/serve")
                .resolve(cloud.endpoint().substring("http://".length()).replace(':', '_'))
                .resolve(VOLUME);
    }

    private static String base64(X509Certificate certificate) {
        return Base64.getEncoder().encodeToString(Certificates.encode(certificate));
    }

    private void shows(String state, String door) {
        cloud.answers(
                "Brume.ShowVolume",
                """
                {"Volume": {"Serving": {"NodeId": "node-00000000000000001", "HostName": "host-a",
                  "State": "%s", "Until": "%s", "Fingerprint": "%s" %s}}}
                """
                        .formatted(
                                state,
                                time.now().plusSeconds(3600),
                                Certificates.fingerprint(client.certificate()),
                                door));
    }

    private static String door(String address, X509Certificate authority) {
        return ", \"Address\": \"%s\", \"ServerAuthority\": \"%s\""
                .formatted(address, base64(authority));
    }

    private void showsNothing() {
        cloud.answers("Brume.ShowVolume", "{\"Volume\": {\"VolumeId\": \"%s\"}}".formatted(VOLUME));
    }

    private String uri(String address) {
        return "nbds://%s/%s?tls-certificates=%s".formatted(address, VOLUME, folder());
    }

    @Test
    void servesUntilItIsEndedElsewhere() throws Exception {
        shows("attaching", "");
        shows("attached", door("127.0.0.1:4001", server));
        cloud.answers("Brume.ShowVolume", 503, "{\"__type\": \"Unavailable\"}");
        shows("attached", "");
        shows("attached", door("127.0.0.1:4002", next));
        showsNothing();
        assertThat(process.brume("volume", "serve", VOLUME)).isZero();
        assertThat(process.out())
                .containsSubsequence(
                        "serving " + VOLUME + " from host-a until ",
                        uri("127.0.0.1:4001"),
                        uri("127.0.0.1:4002"));
        assertThat(process.err()).contains("not served any more");
        assertThat(folder()).as("nothing stays").doesNotExist();
        assertThat(cloud.calls("Brume.UnserveVolume").getFirst().get("body"))
                .contains(Certificates.fingerprint(client.certificate()));

        var first = folders.getFirst();
        assertThat(first.permissions()).isEqualTo("rwx------");
        assertThat(folders.getLast().files().get("ca-cert.pem"))
                .startsWith("rw-------")
                .isNotEqualTo(folders.get(folders.size() - 3).files().get("ca-cert.pem"));
        assertThat(folders.getLast().files().keySet())
                .containsExactly("ca-cert.pem", "client-cert.pem", "client-key.pem");
        assertThat(folders.getLast().files().get("client-key.pem"))
                .startsWith("rw-------\n-----BEGIN PRIVATE KEY-----");
        assertThat(
                        folders.getLast()
                                .files()
                                .getOrDefault("ca-cert.pem", "")
                                .split("BEGIN CERTIFICATE", -1))
                .as("the server's authority and the client's")
                .hasSize(3);
    }

    @Test
    void onlyARequestLeavesThisMachine() throws Exception {
        shows("attached", door("127.0.0.1:4001", server));
        showsNothing();
        process.brume("volume", "serve", VOLUME, "--for", "90m", "--read-only");
        String sent = cloud.calls("Brume.ServeVolume").getFirst().get("body");
        assertThat(sent)
                .contains("\"Seconds\":5400")
                .contains("\"ReadOnly\":true")
                .doesNotContain("NodeId");
        var request = REQUEST.matcher(sent);
        assertThat(request.find()).isTrue();
        var key =
                CertificateAuthority.requestedKey(
                        Base64.getDecoder().decode(request.group(1).replace("\\u003d", "=")));
        assertThat(key.getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void printsForPrograms() {
        shows("attached", door("[::1]:4001", server));
        showsNothing();
        assertThat(process.brume("volume", "serve", VOLUME, "--output", "json")).isZero();
        assertThat(process.out())
                .contains("\"Uri\": \"" + uri("[::1]:4001") + "\"")
                .contains("\"Certificates\": \"" + folder() + "\"");
    }

    @Test
    void endsItWhenItsTimeIsOverThoughTheCloudDoesNotAnswer() {
        shows("attached", door("127.0.0.1:4001", server));
        cloud.answers("Brume.ShowVolume", 503, "{\"__type\": \"Unavailable\"}");
        assertThat(process.brume("volume", "serve", VOLUME)).isZero();
        assertThat(time.passed).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        assertThat(folder()).doesNotExist();
    }

    @Test
    void whatIsRefusedLeavesNothing() {
        var refusing = "{\"__type\": \"VolumeInUse\", \"message\": \"it is in use\"}";
        cloud.close();
        try (var other = new FakeCloud()) {
            other.answers("Brume.ServeVolume", 409, refusing);
            var there = new InProcess(other.endpoint(), home, time, this::pause);
            assertThat(there.brume("volume", "serve", VOLUME)).isEqualTo(254);
            assertThat(there.err()).contains("it is in use").contains("VolumeInUse");
            assertThat(other.calls("Brume.UnserveVolume")).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(home.resolve(".brume")).doesNotExist();
    }

    @Test
    void whatIsNeverServedIsTakenBack() {
        shows("attaching", "");
        assertThat(process.brume("volume", "serve", VOLUME)).isEqualTo(255);
        assertThat(process.err()).contains("was not served within 60 seconds");
        assertThat(cloud.calls("Brume.UnserveVolume")).hasSize(1);
        assertThat(folder()).doesNotExist();
    }

    @Test
    void whatSomebodyElseIsServedIsNotTakenForOnesOwn() {
        cloud.answers(
                "Brume.ShowVolume",
                """
                {"Volume": {"Serving": {"State": "attached", "Until": "2030-01-01T00:00:00Z",
                  "Fingerprint": "another"}}}
                """);
        assertThat(process.brume("volume", "serve", VOLUME)).isEqualTo(255);
        assertThat(process.err()).contains("is not served");
    }

    @Test
    void aHostIsFoundByItsName() {
        shows("attached", door("127.0.0.1:4001", server));
        showsNothing();
        cloud.answers(
                "Brume.ListNodes",
                """
                {"Nodes": [
                  {"NodeId": "node-00000000000000001", "HostName": "host-a", "State": "connected",
                   "Role": "storage-node"},
                  {"NodeId": "node-00000000000000002", "HostName": "host-a", "State": "connected",
                   "Role": "node-agent"}]}
                """);
        assertThat(process.brume("volume", "serve", VOLUME, "--host", "host-a")).isZero();
        assertThat(cloud.calls("Brume.ServeVolume").getFirst().get("body"))
                .contains("\"NodeId\":\"node-00000000000000002\"");
        assertThat(process.brume("volume", "serve", VOLUME, "--host", "host-b")).isEqualTo(252);
        assertThat(process.err()).contains("0 connected hosts are called host-b");
    }

    @Test
    void aWrongTimeIsToldAtOnce() {
        for (String wrong : List.of("0s", "25h", "soon", "-1h")) {
            assertThat(process.brume("volume", "serve", VOLUME, "--for=" + wrong)).isEqualTo(252);
            assertThat(process.err()).contains("--for");
        }
        assertThat(cloud.calls("Brume.ServeVolume")).isEmpty();
    }

    @Test
    void whoeverWantsItEndsIt() {
        cloud.answers(
                "DescribeVolumes",
                "<R><volumeSet><item><volumeId>%s</volumeId><status>available</status></item></volumeSet></R>"
                        .formatted(VOLUME));
        assertThat(process.brume("volume", "unserve", VOLUME, "--wait")).isZero();
        assertThat(cloud.calls("Brume.UnserveVolume").getFirst().get("body"))
                .contains("\"Fingerprint\":\"\"");
        assertThat(process.out()).contains(VOLUME).contains("available");
    }
}
