package io.brume.common.aws.sigv4;

import static io.brume.common.aws.sigv4.Calls.CREDENTIALS;
import static io.brume.common.aws.sigv4.Calls.S3;
import static io.brume.common.aws.sigv4.Calls.STS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever strangers send, they get a fault of theirs; nothing else ever comes out. */
class StrangeInputTest {
    private final SigV4Verifier<String> verifier =
            new SigV4Verifier<>(CREDENTIALS, FixedTime.at("2026-11-20T12:00:00Z"));

    /** Pieces of real ones, so that the later checks are reached as well. */
    @Provide
    Arbitrary<String> authorizations() {
        return Arbitraries.of(
                        "AWS4-HMAC-SHA256",
                        "AWS4-HMAC-SHA256 ",
                        "AWS4-ECDSA-P256-SHA256 ",
                        "AWS ",
                        "Credential=",
                        "AKIAIOSFODNN7EXAMPLE/20261120/us-east-1/sts/aws4_request",
                        "AKIAIOSFODNN7EXAMPLE/20261120/us-east-1/s3/aws4_request",
                        "SignedHeaders=",
                        "host;x-amz-date",
                        "host",
                        "Signature=",
                        "0".repeat(64),
                        ", ",
                        ",",
                        "=",
                        "/",
                        ";",
                        " ",
                        "%",
                        "\u00ff")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<Map<String, String>> headers() {
        var name =
                Arbitraries.of(
                        "host",
                        "date",
                        "x-amz-date",
                        "x-amz-content-sha256",
                        "x-amz-security-token",
                        "x-amz-decoded-content-length",
                        "x-amz-trailer",
                        "content-length",
                        "content-md5",
                        "x-amz-checksum-crc32");
        var value =
                Arbitraries.of(
                        "",
                        "h",
                        "20261120T120000Z",
                        "20269999T120000Z",
                        "Fri, 20 Nov 2026 12:00:00 GMT",
                        "UNSIGNED-PAYLOAD",
                        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
                        "x-amz-checksum-crc32",
                        "-1",
                        "5",
                        "99999999999999999999",
                        "AAAAAA==",
                        "\u0000",
                        "\u00e9");
        return Arbitraries.maps(name, value).ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> queries() {
        return Arbitraries.of(
                        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
                        "X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261120%2Fus-east-1%2Fs3%2Faws4_request",
                        "X-Amz-Date=20261120T120000Z",
                        "X-Amz-Expires=60",
                        "X-Amz-Expires=999999999999",
                        "X-Amz-SignedHeaders=host",
                        "X-Amz-Signature=" + "0".repeat(64),
                        "X-Amz-Security-Token=%zz",
                        "AWSAccessKeyId=a",
                        "Signature=b",
                        "%",
                        "=",
                        "a=%c3%28")
                .list()
                .ofMaxSize(9)
                .map(parts -> String.join("&", parts));
    }

    @Property(tries = 3000)
    void anyHeadIsRefusedWithAFault(
            @ForAll("authorizations") String authorization,
            @ForAll("headers") Map<String, String> headers,
            @ForAll("queries") String query,
            @ForAll boolean inHeader) {
        var all = new HashMap<String, List<String>>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        if (inHeader) {
            all.put("authorization", List.of(authorization));
        }
        var call = new HttpCall("GET", "/a%", query, all, new byte[0]);
        assertThat(SigV4Verifier.claimedScope(call)).isNotNull();
        for (var realm : List.of(S3, STS)) {
            var thrown = catchThrowable(() -> verifier.verify(call, realm));
            assertThat(thrown).isInstanceOf(Fault.class);
            assertThat(((Fault) thrown).status()).isBetween(400, 499);
        }
    }

    @Provide
    Arbitrary<String> framings() {
        return Arbitraries.of(
                        "0",
                        "1",
                        "5",
                        "ffffffffffff",
                        "\r\n",
                        "\r",
                        "\n",
                        "hello",
                        ";chunk-signature=",
                        "0".repeat(64),
                        "x-amz-checksum-crc32:",
                        "AAAAAA==",
                        "x-amz-trailer-signature:",
                        ":",
                        "a:b",
                        "\0")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 3000)
    void anyFramingEndsInAFaultOrInTheDeclaredLength(@ForAll("framings") String body) {
        var raw = body.getBytes(ISO_8859_1);
        var in =
                new AwsChunkedInputStream(
                        new ByteArrayInputStream(raw), Optional.empty(), true, 10);
        try {
            assertThat(in.transferTo(OutputStream.nullOutputStream())).isLessThanOrEqualTo(10);
        } catch (Fault refused) {
            assertThat(refused.status()).isBetween(400, 499);
        } catch (java.io.IOException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
