package io.brume.storage.object.s3.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.sigv4.PercentEncoding;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.RawClient;
import io.brume.storage.object.s3.TestDoor;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects through the door, as they come over the wire. */
final class ObjectsTest {
    private static final byte[] BODY = "0123456789".getBytes(UTF_8);

    @TempDir private Path directory;
    private TestDoor door;
    private RawClient client;

    @BeforeEach
    void open() throws IOException {
        door = TestDoor.open(directory);
        client = new RawClient(door.port());
        assertThat(client.put("/bucket", new byte[0]).status()).isEqualTo(200);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
    }

    private RawClient.Reply get(String target, Map<String, String> headers) throws IOException {
        return client.call(TestDoor.signer(), "GET", target, headers, new byte[0]);
    }

    @Test
    void comeBackAsTheyWent() throws IOException {
        var put =
                client.call(
                        TestDoor.signer(),
                        "PUT",
                        "/bucket/key",
                        Map.of(
                                "content-type", "text/x-test",
                                "x-amz-meta-a", "b",
                                "cache-control", "no-store",
                                "x-amz-tagging", "t=1&u=2"),
                        BODY);
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.header("etag")).isEqualTo("\"781e5e245d69b566979b86e28d23f2c7\"");
        assertThat(put.header("x-amz-checksum-crc64nvme")).isNotEmpty();
        assertThat(put.header("x-amz-request-id")).hasSize(16);
        var got = get("/bucket/key", Map.of("x-amz-checksum-mode", "ENABLED"));
        assertThat(got.body()).isEqualTo(BODY);
        assertThat(got.header("content-type")).isEqualTo("text/x-test");
        assertThat(got.header("x-amz-meta-a")).isEqualTo("b");
        assertThat(got.header("cache-control")).isEqualTo("no-store");
        assertThat(got.header("x-amz-tagging-count")).isEqualTo("2");
        assertThat(got.header("x-amz-checksum-crc64nvme"))
                .isEqualTo(put.header("x-amz-checksum-crc64nvme"));
        assertThat(got.header("x-amz-version-id")).isEmpty();
        var head = client.call("HEAD", "/bucket/key");
        assertThat(head.header("content-length")).isEqualTo("10");
        assertThat(client.call("GET", "/bucket/key?tagging").text())
                .contains("<Tag><Key>t</Key><Value>1</Value></Tag>");
    }

    @Test
    void comeInParts() throws IOException {
        client.put("/bucket/key", BODY);
        var some = get("/bucket/key", Map.of("range", "bytes=2-4"));
        assertThat(some.status()).isEqualTo(206);
        assertThat(some.text()).isEqualTo("234");
        assertThat(some.header("content-range")).isEqualTo("bytes 2-4/10");
        assertThat(get("/bucket/key", Map.of("range", "bytes=10-")).code())
                .isEqualTo("InvalidRange");
        assertThat(get("/bucket/key?partNumber=1", Map.of()).status()).isEqualTo(206);
        assertThat(get("/bucket/key?partNumber=2", Map.of()).code()).isEqualTo("InvalidPartNumber");
    }

    @Test
    void areGivenUnderConditions() throws IOException {
        var etag = client.put("/bucket/key", BODY).header("etag");
        assertThat(get("/bucket/key", Map.of("if-none-match", etag)).status()).isEqualTo(304);
        assertThat(get("/bucket/key", Map.of("if-match", "\"x\"")).status()).isEqualTo(412);
        assertThat(client.put("/bucket/key", BODY).status()).isEqualTo(200);
        var again =
                client.call(
                        TestDoor.signer(),
                        "PUT",
                        "/bucket/key",
                        Map.of("if-none-match", "*"),
                        BODY);
        assertThat(again.code()).isEqualTo("PreconditionFailed");
    }

    @Test
    void mayBeEmpty() throws IOException {
        assertThat(client.put("/bucket/empty", new byte[0]).header("etag"))
                .isEqualTo("\"d41d8cd98f00b204e9800998ecf8427e\"");
        var got = client.call("GET", "/bucket/empty");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEmpty();
        assertThat(door.data().blobs()).isZero();
    }

    @Test
    void mayBeLarge() throws IOException {
        var large = new byte[3 << 20];
        new Random(7).nextBytes(large);
        assertThat(client.put("/bucket/large", large).status()).isEqualTo(200);
        assertThat(client.call("GET", "/bucket/large").body()).isEqualTo(large);
        var some = get("/bucket/large", Map.of("range", "bytes=1000000-2000000"));
        assertThat(some.body()).isEqualTo(Arrays.copyOfRange(large, 1000000, 2000001));
        assertThat(client.call("HEAD", "/bucket/large").header("content-length"))
                .isEqualTo(Integer.toString(large.length));
        var copied =
                client.call(
                        TestDoor.signer(),
                        "PUT",
                        "/bucket/copy",
                        Map.of("x-amz-copy-source", "/bucket/large"),
                        new byte[0]);
        assertThat(copied.status()).isEqualTo(200);
        assertThat(client.call("GET", "/bucket/copy").body()).isEqualTo(large);
    }

    @Test
    void breakOffRatherThanLie() throws IOException {
        client.put("/bucket/large", new byte[3 << 20]);
        door.data().tearing(true);
        assertThatThrownBy(() -> client.call("GET", "/bucket/large"))
                .isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../..",
                ".",
                "/",
                "//",
                "a//b",
                "/a",
                "a/",
                "a/../b",
                "%2F",
                "%",
                "a%20b",
                "+",
                "a b",
                " a ",
                "a&b=c?d#e",
                "\u0001\u0002",
                "\t\n\r",
                "ä€😀",
                "<>\"'&",
                "?versionId=x",
                "key~with-._!*'()",
                "\\"
            })
    void mayHaveAnyKey(String key) throws IOException {
        var target = "/bucket/" + PercentEncoding.encode(key, true);
        assertThat(client.put(target, BODY).status()).isEqualTo(200);
        assertThat(client.call("GET", target).body()).isEqualTo(BODY);
        var list = client.call("GET", "/bucket?encoding-type=url&list-type=2").text();
        assertThat(list).contains("<Key>" + PercentEncoding.encode(key, true) + "</Key>");
        assertThat(client.call("DELETE", target).status()).isEqualTo(204);
        assertThat(client.call("GET", target).code()).isEqualTo("NoSuchKey");
    }

    @Test
    void haveKeysOfAThousandAndTwentyFourBytes() throws IOException {
        var longest = "k".repeat(1024);
        assertThat(client.put("/bucket/" + longest, BODY).status()).isEqualTo(200);
        assertThat(client.call("GET", "/bucket/" + longest).body()).isEqualTo(BODY);
        assertThat(client.put("/bucket/" + longest + "k", BODY).code())
                .isEqualTo("KeyTooLongError");
    }

    @Test
    void areAnsweredInTheOrderTheyAreAskedFor() throws IOException {
        client.put("/bucket/one", "one".getBytes(UTF_8));
        client.put("/bucket/two", "two".getBytes(UTF_8));
        var one = client.head(TestDoor.signer(), "GET", "/bucket/one", Map.of(), new byte[0]);
        var two = client.head(TestDoor.signer(), "GET", "/bucket/two", Map.of(), new byte[0]);
        var put =
                client.head(
                        TestDoor.signer(),
                        "PUT",
                        "/bucket/three",
                        Map.of(),
                        "three".getBytes(UTF_8));
        client.send(
                one
                        + "\r\n"
                        + two
                        + "\r\n"
                        + put
                        + "Content-Length: 5\r\n\r\nthree"
                        + one
                        + "\r\n");
        assertThat(client.reply().text()).isEqualTo("one");
        assertThat(client.reply().text()).isEqualTo("two");
        assertThat(client.reply().status()).isEqualTo(200);
        assertThat(client.reply().text()).isEqualTo("one");
        assertThat(client.call("GET", "/bucket/three").text()).isEqualTo("three");
    }

    @Test
    void areAskedForBeforeTheyAreSent() throws IOException {
        var expecting = Map.of("expect", "100-continue");
        var good = client.head(TestDoor.signer(), "PUT", "/bucket/key", expecting, BODY);
        client.send(good + "Content-Length: 10\r\n\r\n");
        assertThat(client.status()).isEqualTo(100);
        assertThat(client.headers()).isEmpty();
        client.send(BODY);
        assertThat(client.reply().status()).isEqualTo(200);
        var empty = client.head(TestDoor.signer(), "PUT", "/bucket/e", expecting, new byte[0]);
        client.send(empty + "Content-Length: 0\r\n\r\n");
        assertThat(client.status()).isEqualTo(100);
        assertThat(client.headers()).isEmpty();
        assertThat(client.reply().status()).isEqualTo(200);
        var denied = client.head(TestDoor.otherSigner(), "PUT", "/bucket/key", expecting, BODY);
        client.send(denied + "Content-Length: 10\r\n\r\n");
        assertThat(client.status()).isEqualTo(403);
        assertThat(client.headers()).containsEntry("connection", "close");
    }

    @Test
    void keepTheirVersions() throws IOException {
        door.index()
                .configure(
                        new BucketName("bucket"),
                        BucketSetting.VERSIONING,
                        Optional.of(
                                "<VersioningConfiguration><Status>Enabled</Status>"
                                        + "</VersioningConfiguration>"));
        var first = client.put("/bucket/key", "1".getBytes(UTF_8)).header("x-amz-version-id");
        client.put("/bucket/key", "2".getBytes(UTF_8));
        var deleted = client.call("DELETE", "/bucket/key");
        assertThat(deleted.header("x-amz-delete-marker")).isEqualTo("true");
        var marker = deleted.header("x-amz-version-id");
        var gone = client.call("GET", "/bucket/key");
        assertThat(gone.code()).isEqualTo("NoSuchKey");
        assertThat(gone.header("x-amz-delete-marker")).isEqualTo("true");
        assertThat(client.call("GET", "/bucket/key?versionId=" + first).text()).isEqualTo("1");
        assertThat(client.call("GET", "/bucket/key?versionId=" + marker).status()).isEqualTo(405);
        assertThat(client.call("GET", "/bucket?versions").text())
                .contains("<DeleteMarker>")
                .containsOnlyOnce("<IsLatest>true</IsLatest>");
        client.call("DELETE", "/bucket/key?versionId=" + marker);
        assertThat(client.call("GET", "/bucket/key").text()).isEqualTo("2");
    }

    @Test
    void areNoOtherAccounts() throws IOException {
        client.put("/bucket/key", BODY);
        var other = TestDoor.otherSigner();
        for (var target : List.of("/bucket/key", "/bucket/none", "/bucket", "/bucket?versions")) {
            assertThat(client.call(other, "GET", target, Map.of(), new byte[0]).code())
                    .as(target)
                    .isEqualTo("AccessDenied");
        }
        client.send("GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.reply().code()).isEqualTo("AccessDenied");
        assertThat(client.call(other, "DELETE", "/bucket", Map.of(), new byte[0]).status())
                .isEqualTo(403);
    }

    @Test
    void areFoundByTheirBucketsHost() throws IOException {
        client.put("/bucket/a/key", BODY);
        var signer = TestDoor.signer();
        var uri = URI.create("http://bucket.s3.test/a/key");
        var signed = signer.presign("GET", uri, Duration.ofMinutes(1), Instant.now());
        client.send(
                "GET "
                        + signed.getRawPath()
                        + "?"
                        + signed.getRawQuery()
                        + " HTTP/1.1\r\nHost: bucket.s3.test\r\n\r\n");
        assertThat(client.reply().body()).isEqualTo(BODY);
    }
}
