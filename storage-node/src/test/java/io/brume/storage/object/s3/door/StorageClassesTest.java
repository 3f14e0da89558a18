package io.brume.storage.object.s3.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.storage.object.archive.RestoreRounds;
import io.brume.storage.object.s3.RawClient;
import io.brume.storage.object.s3.TestDoor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage classes through the door, and archived objects until they can be read. */
final class StorageClassesTest {
    private static final byte[] BODY = "0123456789".repeat(1000).getBytes(UTF_8);

    @TempDir private Path directory;
    private TestDoor door;
    private RawClient client;

    @BeforeEach
    void open() throws IOException {
        door = TestDoor.open(directory);
        client = new RawClient(door.port());
        client.put("/bucket", new byte[0]);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
    }

    private RawClient.Reply put(String key, String storageClass, Map<String, String> more)
            throws IOException {
        var headers = new HashMap<>(more);
        headers.put("x-amz-storage-class", storageClass);
        return client.call(TestDoor.signer(), "PUT", "/bucket/" + key, headers, BODY);
    }

    private RawClient.Reply restore(String key, String what) throws IOException {
        return client.call(
                TestDoor.signer(),
                "POST",
                "/bucket/" + key + "?restore",
                Map.of(),
                ("<RestoreRequest>" + what + "</RestoreRequest>").getBytes(UTF_8));
    }

    private static String job(String tier) {
        return "<Days>1</Days><GlacierJobParameters><Tier>"
                + tier
                + "</Tier></GlacierJobParameters>";
    }

    @ParameterizedTest
    @ValueSource(strings = {"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA"})
    void mayBeReadAtOnce(String storageClass) throws IOException {
        assertThat(put("a", storageClass, Map.of()).status()).isEqualTo(200);
        var got = client.call("GET", "/bucket/a");
        assertThat(got.body()).isEqualTo(BODY);
        assertThat(got.header("x-amz-storage-class"))
                .isEqualTo(storageClass.equals("STANDARD") ? "" : storageClass);
        assertThat(client.call("GET", "/bucket?list-type=2").text())
                .contains("<StorageClass>" + storageClass + "</StorageClass>");
        assertThat(client.call("GET", "/bucket?versions").text())
                .contains("<StorageClass>" + storageClass + "</StorageClass>");
        assertThat(restore("a", "<Days>1</Days>").code()).isEqualTo("InvalidObjectState");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTELLIGENT_TIERING", "GLACIER_IR", "OUTPOSTS", "standard", ""})
    void areRefusedWhereTheyMeanNothing(String storageClass) throws IOException {
        assertThat(put("a", storageClass, Map.of()).code()).isEqualTo("InvalidStorageClass");
        assertThat(door.data().blobs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AES256"})
    void archivesAreReadOnceRestored(String encryption) throws IOException {
        Map<String, String> encrypted =
                encryption.isEmpty()
                        ? Map.of()
                        : Map.of("x-amz-server-side-encryption", encryption);
        assertThat(put("a", "GLACIER", encrypted).status()).isEqualTo(200);
        var head = client.call("HEAD", "/bucket/a");
        assertThat(head.header("x-amz-storage-class")).isEqualTo("GLACIER");
        assertThat(head.header("x-amz-restore")).isEmpty();
        assertThat(head.header("content-length")).isEqualTo("" + BODY.length);
        assertThat(client.call("GET", "/bucket/a").code()).isEqualTo("InvalidObjectState");
        var copy = Map.of("x-amz-copy-source", "/bucket/a");
        assertThat(client.call(TestDoor.signer(), "PUT", "/bucket/b", copy, new byte[0]).code())
                .isEqualTo("InvalidObjectState");
        assertThat(restore("a", job("Standard")).status()).isEqualTo(202);
        assertThat(client.call("HEAD", "/bucket/a").header("x-amz-restore"))
                .isEqualTo("ongoing-request=\"true\"");
        assertThat(restore("a", job("Standard")).code()).isEqualTo("RestoreAlreadyInProgress");
        assertThat(client.call("GET", "/bucket/a").code()).isEqualTo("InvalidObjectState");
        try (var rounds = rounds()) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> client.call("GET", "/bucket/a").status() == 200);
            assertThat(rounds).isNotNull();
        }
        var got = client.call("GET", "/bucket/a");
        assertThat(got.body()).isEqualTo(BODY);
        assertThat(got.header("x-amz-restore"))
                .startsWith("ongoing-request=\"false\", expiry-date=\"")
                .endsWith(" 00:00:00 GMT\"");
        assertThat(restore("a", "<Days>9</Days>").status()).isEqualTo(200);
        assertThat(client.call("HEAD", "/bucket/a").header("x-amz-restore"))
                .isNotEqualTo(got.header("x-amz-restore"));
        assertThat(client.call(TestDoor.signer(), "PUT", "/bucket/b", copy, new byte[0]).status())
                .isEqualTo(200);
        assertThat(client.call("GET", "/bucket/b").body()).isEqualTo(BODY);
    }

    private RestoreRounds rounds() {
        return new RestoreRounds(
                () -> Optional.of(door.index()), door.data(), Time.system(), Duration.ofMillis(10));
    }

    @Test
    void demandsSenseOfWhoRestores() throws IOException {
        put("a", "DEEP_ARCHIVE", Map.of());
        assertThat(restore("none", "<Days>1</Days>").code()).isEqualTo("NoSuchKey");
        assertThat(restore("a", "").code()).isEqualTo("MalformedXML");
        assertThat(restore("a", "<Days>0</Days>").code()).isEqualTo("InvalidArgument");
        assertThat(restore("a", job("Expedited")).code()).isEqualTo("InvalidArgument");
        assertThat(restore("a", "<Days>1</Days><Type>SELECT</Type>").code())
                .isEqualTo("NotImplemented");
        assertThat(restore("a", job("Bulk")).status()).isEqualTo(202);
    }
}
