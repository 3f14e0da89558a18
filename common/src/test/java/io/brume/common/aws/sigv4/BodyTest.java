package io.brume.common.aws.sigv4;

import static io.brume.common.aws.sigv4.Calls.CREDENTIALS;
import static io.brume.common.aws.sigv4.Calls.KEY_ID;
import static io.brume.common.aws.sigv4.Calls.S3;
import static io.brume.common.aws.sigv4.Calls.SECRET;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of S3 requests: framings, checksums, and everything that can be wrong with them. */
class BodyTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final CredentialScope SCOPE = CredentialScope.at(NOW, "us-east-1", "s3");
    private static final SigningKey KEY = SigningKey.derive(SECRET, SCOPE);
    private static final String SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private static final String SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private static final String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private static final String CRC = "x-amz-checksum-crc32";

    private final SigV4Verifier<String> verifier =
            new SigV4Verifier<>(CREDENTIALS, new FixedTime(NOW));

    /** A signed head with this payload declaration; the body comes apart. */
    private Verified<String> head(String contentSha256, String... headers) {
        var all = new TreeMap<String, List<String>>();
        all.put("host", List.of("cloud.test"));
        all.put("x-amz-date", List.of(Timestamps.basic(NOW)));
        all.put("x-amz-content-sha256", List.of(contentSha256));
        for (var header : headers) {
            int colon = header.indexOf(':');
            all.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    List.of(header.substring(colon + 1).strip()));
        }
        var names = List.copyOf(all.keySet());
        var canonical = CanonicalRequest.of("PUT", "/b/k", "", all, names, contentSha256);
        var signature = KEY.sign(CanonicalRequest.stringToSign(NOW, SCOPE, canonical));
        var sent = new HashMap<String, List<String>>(all);
        sent.put(
                "authorization",
                List.of(
                        "AWS4-HMAC-SHA256 Credential="
                                + KEY_ID
                                + "/"
                                + SCOPE
                                + ", SignedHeaders="
                                + String.join(";", names)
                                + ", Signature="
                                + signature));
        seed = signature;
        return verifier.verify(new HttpCall("PUT", "/b/k", "", sent, new byte[0]), S3);
    }

    private String seed = "";

    private static String crc32(byte[] data) {
        return base64(ChecksumAlgorithm.CRC32, data);
    }

    private static String base64(ChecksumAlgorithm algorithm, byte[] data) {
        var checksum = algorithm.start();
        checksum.update(data, 0, data.length);
        return checksum.base64();
    }

    private Fault refusal(Verified<String> head, String body) {
        var fault = catchThrowableOfType(Fault.class, () -> head.body(body.getBytes(ISO_8859_1)));
        assertThat(fault).isNotNull();
        assertThat(fault.status()).isBetween(400, 499);
        return fault;
    }

    private String signedChunks(byte[] data, int size) {
        var out = new StringBuilder();
        var previous = seed;
        for (int at = 0; at <= data.length; at += size) {
            int end = at + size > data.length ? data.length : at + size;
            previous = chunk(out, java.util.Arrays.copyOfRange(data, at, end), previous);
            if (end == data.length) {
                break;
            }
        }
        if (data.length > 0) {
            previous = chunk(out, new byte[0], previous);
        }
        last = previous;
        return out.toString();
    }

    private String last = "";

    private static String chunk(StringBuilder out, byte[] data, String previous) {
        var signature =
                KEY.sign(
                        "AWS4-HMAC-SHA256-PAYLOAD\n"
                                + Timestamps.basic(NOW)
                                + "\n"
                                + SCOPE
                                + "\n"
                                + previous
                                + "\n"
                                + Digests.EMPTY_SHA256
                                + "\n"
                                + Digests.sha256Hex(data));
        out.append(Integer.toHexString(data.length))
                .append(";chunk-signature=")
                .append(signature)
                .append("\r\n");
        if (data.length > 0) {
            out.append(new String(data, ISO_8859_1)).append("\r\n");
        }
        return signature;
    }

    private String signedTrailer(String name, String value) {
        var signature =
                KEY.sign(
                        "AWS4-HMAC-SHA256-TRAILER\n"
                                + Timestamps.basic(NOW)
                                + "\n"
                                + SCOPE
                                + "\n"
                                + last
                                + "\n"
                                + Digests.sha256Hex(name + ":" + value + "\n"));
        return name + ":" + value + "\r\nx-amz-trailer-signature:" + signature + "\r\n\r\n";
    }

    @Property(tries = 150)
    void signedChunksRoundTripAndEveryChangedByteIsSeen(
            @ForAll @Size(max = 60) byte[] data,
            @ForAll int chunkSize,
            @ForAll int at,
            @ForAll byte flip)
            throws IOException {
        int size = Math.floorMod(chunkSize, 20) + 1;
        var head = head(SIGNED, "x-amz-decoded-content-length: " + data.length);
        var body = (signedChunks(data, size) + "\r\n").getBytes(ISO_8859_1);
        assertThat(head.body(new OneByteAtATime(body)).readAllBytes()).isEqualTo(data);
        var changed = body.clone();
        int index = Math.floorMod(at, body.length);
        changed[index] ^= flip == 0 ? 1 : flip;
        var thrown = catchThrowable(() -> head.body(changed));
        // A chunk's size may be written in either case; every other change must be refused.
        if (thrown == null) {
            assertThat(Character.toLowerCase((char) changed[index])).isEqualTo((char) body[index]);
        } else {
            assertThat(thrown).isInstanceOf(Fault.class);
        }
        var cut = java.util.Arrays.copyOf(body, index);
        assertThat(catchThrowable(() -> head.body(cut))).isInstanceOf(Fault.class);
        var more = java.util.Arrays.copyOf(body, body.length + 1);
        assertThat(catchThrowable(() -> head.body(more))).isInstanceOf(Fault.class);
    }

    private static final class OneByteAtATime extends InputStream {
        private final ByteArrayInputStream in;

        OneByteAtATime(byte[] data) {
            in = new ByteArrayInputStream(data);
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int count) {
            return in.read(target, offset, Math.min(1, count));
        }
    }

    @Test
    void trailersAreCheckedInBothForms() {
        var data = "hello world".getBytes(ISO_8859_1);
        for (var algorithm : ChecksumAlgorithm.values()) {
            if (algorithm == ChecksumAlgorithm.MD5) {
                continue;
            }
            var name = algorithm.header();
            var good = base64(algorithm, data);
            var signed =
                    head(
                            SIGNED_TRAILER,
                            "x-amz-decoded-content-length: 11",
                            "x-amz-trailer: " + name);
            var chunks = signedChunks(data, 4);
            assertThat(signed.body((chunks + signedTrailer(name, good)).getBytes(ISO_8859_1)))
                    .isEqualTo(data);
            var wrong = base64(algorithm, new byte[] {1});
            assertThat(refusal(signed, chunks + signedTrailer(name, wrong)).code())
                    .isEqualTo("BadDigest");
            assertThat(
                            refusal(signed, chunks + signedTrailer(name, good).replace(good, wrong))
                                    .code())
                    .as("a trailer that is not the signed one")
                    .isEqualTo("SignatureDoesNotMatch");

            var unsigned =
                    head(
                            UNSIGNED_TRAILER,
                            "x-amz-decoded-content-length: 11",
                            "x-amz-trailer: " + name);
            var framed = "b\r\nhello world\r\n0\r\n" + name + ":%s\r\n\r\n";
            assertThat(unsigned.body(framed.formatted(good).getBytes(ISO_8859_1))).isEqualTo(data);
            assertThat(refusal(unsigned, framed.formatted(wrong)).code()).isEqualTo("BadDigest");
            assertThat(refusal(unsigned, framed.formatted("!")).code()).isEqualTo("InvalidRequest");
        }
    }

    @Test
    void trailersAreExactlyTheAnnouncedOnes() {
        var length = "x-amz-decoded-content-length: 1";
        var none = head(UNSIGNED_TRAILER, length);
        assertThat(none.body("1\r\nx\r\n0\r\n\r\n".getBytes(ISO_8859_1))).hasSize(1);
        var crc = crc32("x".getBytes(ISO_8859_1));
        var uncalled = "1\r\nx\r\n0\r\n" + CRC + ":" + crc + "\r\n\r\n";
        assertThat(refusal(none, uncalled).code()).isEqualTo("MalformedTrailerError");
        var one = head(UNSIGNED_TRAILER, length, "x-amz-trailer: " + CRC);
        assertThat(one.body(uncalled.getBytes(ISO_8859_1))).hasSize(1);
        assertThat(refusal(one, "1\r\nx\r\n0\r\n\r\n").code()).isEqualTo("MalformedTrailerError");
        assertThat(refusal(one, uncalled.replace(":", " ")).code())
                .isEqualTo("MalformedTrailerError");
        var twice = "1\r\nx\r\n0\r\n" + (CRC + ":" + crc + "\r\n").repeat(2) + "\r\n";
        assertThat(refusal(one, twice).code()).isEqualTo("MalformedTrailerError");
        assertThat(
                        catchThrowableOfType(
                                        Fault.class,
                                        () ->
                                                head(
                                                        UNSIGNED_TRAILER,
                                                        length,
                                                        "x-amz-trailer: x-foo"))
                                .code())
                .isEqualTo("InvalidRequest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "5\r\nhello\r\n",
                "5\r\nhello\r\n0\r\n",
                "5\r\nhello0\r\n\r\n",
                "5\nhello\n0\n\n",
                "6\r\nhello!\r\n0\r\n\r\n",
                "4\r\nhell\r\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "5;chunk-signature=00\r\nhello\r\n0\r\n\r\n",
                "ffffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
                "ffffffffffff\r\nhello\r\n0\r\n\r\n",
                " 5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
                "5\r\nhello\r\n0\r\n\r\n\r\n"
            })
    void framingIsStrict(String body) {
        refusal(head(UNSIGNED_TRAILER, "x-amz-decoded-content-length: 5"), body);
    }

    @Test
    void linesAndTrailersAreBounded() {
        var head = head(UNSIGNED_TRAILER, "x-amz-decoded-content-length: 5");
        refusal(head, "0".repeat(2000) + "5\r\nhello\r\n0\r\n\r\n");
        refusal(head, "5\r\nhello\r\n0\r\n" + "a:b\r\n".repeat(100) + "\r\n");
        refusal(head, "5\r\nhello\r\n0\r\na:" + "b".repeat(5000) + "\r\n\r\n");
    }

    @Test
    void wholeBodiesAreHeldToHashLengthAndChecksums() {
        var data = "hello".getBytes(ISO_8859_1);
        var hash = Digests.sha256Hex(data);
        var md5 = base64(ChecksumAlgorithm.MD5, data);
        var head = head(hash, "content-length: 5", "content-md5: " + md5, CRC + ": " + crc32(data));
        assertThat(head.body(data)).isEqualTo(data);
        assertThat(refusal(head, "hellO").code()).isIn("BadDigest", "XAmzContentSHA256Mismatch");
        assertThat(refusal(head, "hell").status()).isEqualTo(400);
        assertThat(refusal(head(hash), "hellO").code()).isEqualTo("XAmzContentSHA256Mismatch");
        assertThat(refusal(head("UNSIGNED-PAYLOAD", "content-length: 4"), "hello").code())
                .isEqualTo("IncompleteBody");
        assertThat(refusal(head("UNSIGNED-PAYLOAD", "content-md5: " + md5), "hellO").code())
                .isEqualTo("BadDigest");
        assertThat(head("UNSIGNED-PAYLOAD").body(data)).isEqualTo(data);
    }

    @Test
    void badDeclarationsAreRefusedBeforeTheBodyIsRead() {
        var refused = new ArrayList<String>();
        for (var headers :
                List.of(
                        List.of("nonsense"),
                        List.of(SIGNED),
                        List.of(SIGNED, "x-amz-decoded-content-length: -1"),
                        List.of(SIGNED, "x-amz-decoded-content-length: 99999999999999999999"),
                        List.of("UNSIGNED-PAYLOAD", "content-md5: short"),
                        List.of("UNSIGNED-PAYLOAD", CRC + ": AAAAAAAA"),
                        List.of("UNSIGNED-PAYLOAD", CRC + ": !!!!"))) {
            var rest = headers.subList(1, headers.size()).toArray(String[]::new);
            var fault = catchThrowableOfType(Fault.class, () -> head(headers.getFirst(), rest));
            refused.add(fault.code() + " " + fault.status());
        }
        assertThat(refused)
                .containsExactly(
                        "InvalidArgument 400",
                        "MissingContentLength 411",
                        "InvalidArgument 400",
                        "InvalidArgument 400",
                        "InvalidDigest 400",
                        "InvalidRequest 400",
                        "InvalidRequest 400");
        assertThat(Base64.getEncoder().encodeToString(new byte[4])).isEqualTo("AAAAAA==");
    }

    @Test
    void memoryDoesNotGrowWithTheBody() throws IOException {
        long size = 64L << 20;
        var head = head(UNSIGNED_TRAILER, "x-amz-decoded-content-length: " + size);
        var raw = new HugeChunk(size);
        try (var in = head.body(raw)) {
            assertThat(in.transferTo(java.io.OutputStream.nullOutputStream())).isEqualTo(size);
        }
    }

    /** One chunk of zeros that exists nowhere. */
    private static final class HugeChunk extends InputStream {
        private final byte[] before;
        private final byte[] after = "\r\n0\r\n\r\n".getBytes(ISO_8859_1);
        private final long size;
        private long at;

        HugeChunk(long size) {
            this.size = size;
            this.before = (Long.toHexString(size) + "\r\n").getBytes(ISO_8859_1);
        }

        @Override
        public int read() {
            long position = at++;
            if (position < before.length) {
                return before[(int) position];
            }
            position -= before.length;
            if (position < size) {
                return 0;
            }
            position -= size;
            return position < after.length ? after[(int) position] : -1;
        }

        @Override
        public int read(byte[] target, int offset, int count) {
            int got = 0;
            for (int octet; got < count && (octet = read()) >= 0; got++) {
                target[offset + got] = (byte) octet;
            }
            return got == 0 ? -1 : got;
        }
    }
}
