package io.brume.storage.object.s3.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.storage.object.s3.RawClient;
import io.brume.storage.object.s3.TestDoor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that is not what it was announced to be stores nothing. */
final class BrokenBodyTest {
    private static final byte[] BODY = "a body of some bytes".getBytes(UTF_8);

    @TempDir private static Path directory;
    private static TestDoor door;
    private RawClient client;

    @BeforeAll
    static void open() throws IOException {
        door = TestDoor.open(directory);
        try (var client = new RawClient(door.port())) {
            assertThat(client.put("/bucket", new byte[0]).status()).isEqualTo(200);
        }
    }

    @AfterAll
    static void closeAll() throws IOException {
        door.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = new RawClient(door.port());
    }

    @AfterEach
    void nothingIsStored() throws IOException {
        client.close();
        try (var other = new RawClient(door.port())) {
            assertThat(other.call("GET", "/bucket/key").code()).isEqualTo("NoSuchKey");
            assertThat(other.call("GET", "/bucket?list-type=2").text())
                    .contains("<KeyCount>0</KeyCount>");
        }
        assertThat(door.data().blobs()).as("blobs that nothing names").isZero();
    }

    private RawClient.Reply put(Map<String, String> headers) throws IOException {
        return client.call(TestDoor.signer(), "PUT", "/bucket/key", headers, BODY);
    }

    private String head(Map<String, String> headers) {
        return client.head(TestDoor.signer(), "PUT", "/bucket/key", headers, BODY);
    }

    @Test
    void ofAnotherHash() throws IOException {
        var other = "another body of size".getBytes(UTF_8);
        client.send(head(Map.of()) + "Content-Length: " + other.length + "\r\n\r\n");
        client.send(other);
        assertThat(client.reply().code()).isEqualTo("XAmzContentSHA256Mismatch");
    }

    @Test
    void ofAnotherMd5() throws IOException {
        var wrong = Base64.getEncoder().encodeToString(new byte[16]);
        var reply = put(Map.of("content-md5", wrong));
        assertThat(reply.code()).isEqualTo("BadDigest");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(put(Map.of("content-md5", "abc")).code()).isEqualTo("InvalidDigest");
    }

    @Test
    void ofAnotherChecksum() throws IOException {
        assertThat(put(Map.of("x-amz-checksum-crc32", "AAAAAA==")).code()).isEqualTo("BadDigest");
        assertThat(put(Map.of("x-amz-checksum-crc32", "AAAA")).code()).isEqualTo("InvalidRequest");
        assertThat(put(Map.of("x-amz-sdk-checksum-algorithm", "CRC32")).code())
                .isEqualTo("InvalidRequest");
    }

    @Test
    void thatBreaksOff() throws IOException {
        client.send(head(Map.of()) + "Content-Length: " + BODY.length + "\r\n\r\n");
        client.send("a body");
        client.shutdownOutput();
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void withoutALength() throws IOException {
        client.send(head(Map.of()) + "Transfer-Encoding: chunked\r\n\r\n");
        client.send("14\r\na body of some bytes\r\n0\r\n\r\n");
        var reply = client.reply();
        assertThat(reply.status()).isEqualTo(411);
        assertThat(reply.code()).isEqualTo("MissingContentLength");
    }

    @Test
    void inBadlySignedChunks() throws IOException {
        var headers =
                Map.of("x-amz-decoded-content-length", "20", "content-encoding", "aws-chunked");
        var framed =
                "14;chunk-signature="
                        + "0".repeat(64)
                        + "\r\na body of some bytes\r\n"
                        + "0;chunk-signature="
                        + "0".repeat(64)
                        + "\r\n\r\n";
        var head =
                head(headers)
                        .replaceFirst(
                                "x-amz-content-sha256: [0-9a-f]*",
                                "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
        client.send(head + "Content-Length: " + framed.length() + "\r\n\r\n" + framed);
        assertThat(client.reply().code()).isEqualTo("SignatureDoesNotMatch");
    }

    @Test
    void ofAnotherSignature() throws IOException {
        var head = head(Map.of()).replaceFirst("Signature=[0-9a-f]{4}", "Signature=0000");
        client.send(head + "Content-Length: " + BODY.length + "\r\n\r\n");
        client.send(BODY);
        var reply = client.reply();
        assertThat(reply.code()).isEqualTo("SignatureDoesNotMatch");
        assertThat(reply.status()).isEqualTo(403);
    }

    @Test
    void ofAStrangerOrOfSomebodyElse() throws IOException {
        client.send(
                "PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: "
                        + BODY.length
                        + "\r\n\r\n");
        client.send(BODY);
        assertThat(client.reply().code()).isEqualTo("AccessDenied");
        var reply = client.call(TestDoor.otherSigner(), "PUT", "/bucket/key", Map.of(), BODY);
        assertThat(reply.code()).isEqualTo("AccessDenied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 20\r\nContent-Length: 5\r\n",
                "Content-Length: 20\r\nContent-Length: 20\r\n",
                "Content-Length: 20\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 20\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Content-Length: +20\r\n",
                "Content-Length: 0x14\r\n",
                "Content-Length: 20, 20\r\n",
                "Content-Length : 20\r\n",
            })
    void thatCouldEndInTwoPlaces(String framing) throws IOException {
        client.send(head(Map.of()) + framing + "\r\n");
        client.send("a body of some bytes");
        var reply = client.reply();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("connection")).isEqualTo("close");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void whenTheDiskIsFull() throws IOException {
        door.data().full(true);
        try {
            var reply = put(Map.of());
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.code()).isEqualTo("ServiceUnavailable");
        } finally {
            door.data().full(false);
        }
    }

    @Test
    void whoseConditionDoesNotHold() throws IOException {
        assertThat(put(Map.of("if-match", "\"x\"")).code()).isEqualTo("NoSuchKey");
    }
}
