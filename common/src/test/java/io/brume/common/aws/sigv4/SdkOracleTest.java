package io.brume.common.aws.sigv4;

import static io.brume.common.aws.sigv4.Calls.CREDENTIALS;
import static io.brume.common.aws.sigv4.Calls.KEY_ID;
import static io.brume.common.aws.sigv4.Calls.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.HttpCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** What the SDK's own signer signs, over odd paths, queries, headers and bodies, is accepted. */
class SdkOracleTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final AwsV4HttpSigner ORACLE = AwsV4HttpSigner.create();
    private final SigV4Verifier<String> verifier =
            new SigV4Verifier<>(CREDENTIALS, new FixedTime(NOW));

    @Provide
    Arbitrary<String> paths() {
        var segment =
                Arbitraries.of(
                        "a",
                        "b.txt",
                        ".",
                        "..",
                        "",
                        "a b",
                        "ü/x",
                        "100%",
                        "%41",
                        "+",
                        "~_-.",
                        "*",
                        "(x)",
                        "a=b&c",
                        "snow\u2603",
                        "'q'",
                        "!$,;:@");
        return segment.list().ofMinSize(0).ofMaxSize(5).map(parts -> "/" + String.join("/", parts));
    }

    @Provide
    Arbitrary<Map<String, String>> pairs() {
        var name =
                Arbitraries.of(
                        "Action", "a", "A", "b c", "x-amz-acl", "list-type", "ü", "k/y", "z~*");
        var value = Arbitraries.of("", "1", "a b", "+", "a+b", "%", "ü", "x/y", "=&", "~*'()");
        return Arbitraries.maps(name, value).ofMaxSize(5);
    }

    @Provide
    Arbitrary<Map<String, String>> extraHeaders() {
        var name = Arbitraries.of("x-amz-meta-a", "x-amz-acl", "content-type", "range", "x-other");
        var value = Arbitraries.of("plain", "two  spaces", "a\tb", "1,2", "text/plain; q=1");
        return Arbitraries.maps(name, value).ofMaxSize(4);
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        return Arbitraries.strings().ofMaxLength(20).map(text -> text.getBytes(UTF_8));
    }

    @Property(tries = 300)
    void headerFormOfS3(
            @ForAll("paths") String path,
            @ForAll("pairs") Map<String, String> query,
            @ForAll("extraHeaders") Map<String, String> headers,
            @ForAll("bodies") byte[] body) {
        var call = sign("s3", path, query, headers, body, b -> {});
        assertThat(verifier.verify(call, Calls.S3).body(call.body())).isEqualTo(body);
        assertSignerAgrees("s3", call, headers, body);
    }

    // The SDK keeps a ".." that climbs above the root; RFC 3986 and botocore do not.
    @Provide
    Arbitrary<String> pathsBelowTheRoot() {
        return paths().map(path -> "/x/y/z/u/v" + path);
    }

    @Property(tries = 300)
    void headerFormOfTheOthers(
            @ForAll("pathsBelowTheRoot") String path,
            @ForAll("pairs") Map<String, String> query,
            @ForAll("extraHeaders") Map<String, String> headers,
            @ForAll("bodies") byte[] body) {
        var call = sign("ec2", path, query, headers, body, b -> {});
        assertThat(verifier.verify(call, Calls.EC2).owner()).isEqualTo("root");
        assertSignerAgrees("ec2", call, headers, body);
    }

    @Property(tries = 100)
    void presignedUrls(
            @ForAll("pathsBelowTheRoot") String path, @ForAll("pairs") Map<String, String> query) {
        for (var service : List.of("s3", "sts")) {
            var call =
                    sign(
                            service,
                            path,
                            query,
                            Map.of(),
                            new byte[0],
                            b ->
                                    b.putProperty(
                                                    AwsV4HttpSigner.AUTH_LOCATION,
                                                    AuthLocation.QUERY_STRING)
                                            .putProperty(
                                                    AwsV4HttpSigner.EXPIRATION_DURATION,
                                                    Duration.ofMinutes(10))
                                            .putProperty(
                                                    AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED,
                                                    !service.equals("s3")));
            var realm = service.equals("s3") ? Calls.S3 : Calls.STS;
            assertThat(verifier.verify(call, realm).presigned()).isTrue();
        }
    }

    @Provide
    Arbitrary<Tuple.Tuple2<Boolean, Optional<ChecksumAlgorithm>>> streaming() {
        var checksums =
                Arbitraries.of(
                        Optional.<ChecksumAlgorithm>empty(),
                        Optional.<ChecksumAlgorithm>of(DefaultChecksumAlgorithm.CRC32),
                        Optional.<ChecksumAlgorithm>of(DefaultChecksumAlgorithm.CRC32C),
                        Optional.<ChecksumAlgorithm>of(DefaultChecksumAlgorithm.SHA1),
                        Optional.<ChecksumAlgorithm>of(DefaultChecksumAlgorithm.SHA256));
        return Arbitraries.of(true, false)
                .flatMap(signed -> checksums.map(checksum -> Tuple.of(signed, checksum)));
    }

    @Property(tries = 60)
    void chunkedBodies(
            @ForAll("streaming") Tuple.Tuple2<Boolean, Optional<ChecksumAlgorithm>> form,
            @ForAll("bodies") byte[] piece,
            @ForAll boolean large) {
        var body = new byte[large ? 300_000 : piece.length];
        for (int i = 0; i < body.length && piece.length > 0; i++) {
            body[i] = piece[i % piece.length];
        }
        var call =
                sign(
                        "s3",
                        "/bucket/key",
                        Map.of(),
                        Map.of("content-length", Integer.toString(body.length)),
                        body,
                        b -> {
                            b.putProperty(AwsV4HttpSigner.CHUNK_ENCODING_ENABLED, true);
                            b.putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, form.get1());
                            form.get2()
                                    .ifPresent(c ->
                                            b.putProperty(AwsV4HttpSigner.CHECKSUM_ALGORITHM, c));
                        });
        assertThat(verifier.verify(call, Calls.S3).body(call.body())).isEqualTo(body);
    }

    /** Our own signer makes the same signature, when the same headers are signed. */
    private static void assertSignerAgrees(
            String service, HttpCall call, Map<String, String> headers, byte[] body) {
        var uri =
                URI.create(
                        "https://cloud.test:7000"
                                + call.path()
                                + (call.query().isEmpty() ? "" : "?" + call.query()));
        var signer = new Signer(KEY_ID, SECRET, Optional.empty(), "us-east-1", service);
        // The SDK signs the body's hash as a header for every service, we for S3 only.
        var all = new HashMap<>(headers);
        all.put("x-amz-content-sha256", requireNonNull(call.header("x-amz-content-sha256")));
        assertThat(signer.sign("POST", uri, all, body, NOW).get("authorization"))
                .isEqualTo(call.header("authorization"));
    }

    private static HttpCall sign(
            String service,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            byte[] body,
            java.util.function.Consumer<SignRequest.Builder<AwsCredentialsIdentity>> options) {
        var request =
                SdkHttpFullRequest.builder()
                        .method(SdkHttpMethod.POST)
                        // Over http the SDK insists on hashing the payload of a presigned URL.
                        .protocol("https")
                        .host("cloud.test")
                        .port(7000)
                        .encodedPath(SdkHttpUtils.urlEncodeIgnoreSlashes(path));
        query.forEach(request::appendRawQueryParameter);
        headers.forEach(request::appendHeader);
        boolean s3 = service.equals("s3");
        var signed =
                ORACLE.sign(builder -> {
                    builder.identity(AwsCredentialsIdentity.create(KEY_ID, SECRET.reveal()))
                            .request(request.build())
                            .payload(ContentStreamProvider.fromByteArray(body))
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                            .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, !s3)
                            .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, !s3)
                            .putProperty(
                                    HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC));
                    options.accept(builder);
                });
        var byName = new HashMap<String, List<String>>();
        signed.request()
                .headers()
                .forEach((name, values) -> byName.put(name.toLowerCase(Locale.ROOT), values));
        return new HttpCall(
                "POST",
                signed.request().encodedPath(),
                signed.request().encodedQueryParameters().orElse(""),
                byName,
                read(signed.payload().orElse(null)));
    }

    private static byte[] read(@Nullable ContentStreamProvider payload) {
        if (payload == null) {
            return new byte[0];
        }
        try (var in = payload.newStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
