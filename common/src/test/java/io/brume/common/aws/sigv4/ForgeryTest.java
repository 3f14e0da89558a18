package io.brume.common.aws.sigv4;

import static io.brume.common.aws.sigv4.Calls.CREDENTIALS;
import static io.brume.common.aws.sigv4.Calls.EC2;
import static io.brume.common.aws.sigv4.Calls.KEY_ID;
import static io.brume.common.aws.sigv4.Calls.S3;
import static io.brume.common.aws.sigv4.Calls.SECRET;
import static io.brume.common.aws.sigv4.Calls.call;
import static io.brume.common.aws.sigv4.Calls.signed;
import static io.brume.common.aws.sigv4.Calls.withHeader;
import static io.brume.common.aws.sigv4.Calls.withoutHeader;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is changed on a signed request, it is refused, in the words of its service. */
class ForgeryTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final byte[] BODY =
            "Action=DescribeInstances&Version=2016-11-15".getBytes(ISO_8859_1);

    private final SigV4Verifier<String> verifier =
            new SigV4Verifier<>(CREDENTIALS, new FixedTime(NOW));

    private static Signer signer(String service) {
        return new Signer(KEY_ID, SECRET, Optional.empty(), "us-east-1", service);
    }

    private static HttpCall genuine(String service) {
        return signed(
                signer(service),
                "POST",
                URI.create("http://cloud.test:7000/a%20b/c?x=1&y=%2F"),
                Map.of("content-type", "text/plain", "x-amz-meta-a", "1"),
                BODY,
                NOW);
    }

    private Fault refusal(HttpCall call, Realm realm) {
        var fault =
                catchThrowableOfType(
                        Fault.class, () -> verifier.verify(call, realm).body(call.body()));
        assertThat(fault).as("refused: %s", call).isNotNull();
        assertThat(fault.status()).isBetween(400, 499);
        return fault;
    }

    private static HttpCall with(
            HttpCall call, String method, String path, String query, byte[] body) {
        return new HttpCall(method, path, query, call.headers(), body);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"S3", "EC2"})
    void everyBitCounts(Dialect dialect) {
        var realm = dialect == Dialect.S3 ? S3 : EC2;
        var call = genuine(realm.services().getFirst());
        assertThat(verifier.verify(call, realm).body(call.body())).isEqualTo(BODY);
        for (var forged : oneBitOff(call)) {
            refusal(forged, realm);
        }
    }

    private static List<HttpCall> oneBitOff(HttpCall call) {
        var forged = new ArrayList<HttpCall>();
        for (var text : bitsOff(call.method())) {
            forged.add(with(call, text, call.path(), call.query(), call.body()));
        }
        for (var text : bitsOff(call.path())) {
            if (!sameMeaning(text, call.path())) {
                forged.add(with(call, call.method(), text, call.query(), call.body()));
            }
        }
        for (var text : bitsOff(call.query())) {
            if (!sameMeaning(text, call.query())) {
                forged.add(with(call, call.method(), call.path(), text, call.body()));
            }
        }
        for (int i = 0; i < call.body().length * 8; i++) {
            var body = call.body().clone();
            body[i / 8] ^= (byte) (1 << (i % 8));
            forged.add(with(call, call.method(), call.path(), call.query(), body));
        }
        call.headers()
                .forEach((name, values) -> {
                    for (var text : bitsOff(values.getFirst())) {
                        if (!sameMeaning(text.strip(), values.getFirst())) {
                            forged.add(withHeader(call, name, text));
                        }
                    }
                });
        return forged;
    }

    private static List<String> bitsOff(String text) {
        var changed = new ArrayList<String>();
        var bytes = text.getBytes(ISO_8859_1);
        for (int i = 0; i < bytes.length * 8; i++) {
            var copy = bytes.clone();
            copy[i / 8] ^= (byte) (1 << (i % 8));
            changed.add(new String(copy, ISO_8859_1));
        }
        return changed;
    }

    // %2f and %2F are the same; so is the space that separates two fields of the header.
    private static boolean sameMeaning(String one, String other) {
        boolean otherCase = one.equalsIgnoreCase(other) && !one.equals(other);
        boolean escaped = otherCase && one.contains("%2");
        return escaped
                ? PercentEncoding.encode(PercentEncoding.decode(one), false)
                        .equals(PercentEncoding.encode(PercentEncoding.decode(other), false))
                : one.equals(other);
    }

    @Test
    void namesWhatIsWrongInEachDialect() {
        record Case(Dialect dialect, String signature, String key, int keyStatus) {}
        var cases =
                List.of(
                        new Case(
                                Dialect.QUERY,
                                "SignatureDoesNotMatch",
                                "InvalidClientTokenId",
                                403),
                        new Case(Dialect.EC2, "AuthFailure", "AuthFailure", 401),
                        new Case(
                                Dialect.JSON,
                                "InvalidSignatureException",
                                "UnrecognizedClientException",
                                400),
                        new Case(
                                Dialect.REST_JSON,
                                "InvalidSignatureException",
                                "UnrecognizedClientException",
                                403),
                        new Case(Dialect.S3, "SignatureDoesNotMatch", "InvalidAccessKeyId", 403));
        for (var each : cases) {
            var service = each.dialect() == Dialect.S3 ? "s3" : "svc";
            var realm = new Realm(each.dialect(), List.of(service), List.of("us-east-1"));
            var call = genuine(service);
            assertThat(verifier.verify(call, realm).owner()).isEqualTo("root");
            var header = requireNonNull(call.header("authorization"));
            var last = header.charAt(header.length() - 1) == '0' ? '1' : '0';
            var forged = header.substring(0, header.length() - 1) + last;
            assertThat(refusal(withHeader(call, "authorization", forged), realm).code())
                    .isEqualTo(each.signature());
            var stranger = header.replace(KEY_ID, "AKIAIOSFODNN7NOBODYY");
            var unknown = refusal(withHeader(call, "authorization", stranger), realm);
            assertThat(unknown.code()).isEqualTo(each.key());
            assertThat(unknown.status()).isEqualTo(each.keyStatus());
        }
    }

    @Test
    void demandsThatHostAndEveryAmzHeaderIsSigned() {
        var call = genuine("ec2");
        var added = withHeader(call, "x-amz-target", "Evil.Operation");
        assertThat(refusal(added, EC2)).hasMessageContaining("not signed: x-amz-target");
        var s3 = withHeader(genuine("s3"), "x-amz-copy-source", "/other/secret");
        assertThat(refusal(s3, S3).code()).isEqualTo("AccessDenied");
        var header = requireNonNull(call.header("authorization")).replace(";host", "");
        assertThat(refusal(withHeader(call, "authorization", header), EC2))
                .hasMessageContaining("Host");
        refusal(withoutHeader(call, "content-type"), EC2);
        refusal(withHeader(call, "x-amz-meta-a", "1", "2"), EC2);
        refusal(withHeader(call, "host", "cloud.test:7000", "evil.test"), EC2);
    }

    @Test
    void holdsTheScopeToServiceRegionAndDate() {
        var call = genuine("ec2");
        var header = requireNonNull(call.header("authorization"));
        var elsewhere = new Realm(Dialect.EC2, List.of("ec2"), List.of("eu-west-9"));
        assertThat(refusal(call, elsewhere)).hasMessageContaining("expecting 'eu-west-9'");
        assertThat(refusal(call, Calls.STS))
                .hasMessage("Credential should be scoped to correct service: 'sts'.");
        assertThat(
                        refusal(
                                withHeader(
                                        call,
                                        "authorization",
                                        header.replace("/20261120/", "/20261119/")),
                                EC2))
                .hasMessageContaining("Date in Credential scope");
        var s3Elsewhere = new Realm(Dialect.S3, List.of("s3"), List.of("eu-west-9"));
        assertThat(refusal(genuine("s3"), s3Elsewhere).code())
                .isEqualTo("AuthorizationHeaderMalformed");
    }

    @Test
    void holdsTheClockToAQuarterOfAnHour() {
        var call = genuine("ec2");
        var s3 = genuine("s3");
        for (var off : List.of(Duration.ofMinutes(15), Duration.ofMinutes(-15))) {
            var edge = new SigV4Verifier<>(CREDENTIALS, new FixedTime(NOW.plus(off)));
            assertThat(edge.verify(call, EC2).owner()).isEqualTo("root");
        }
        for (var off : List.of(Duration.ofSeconds(901), Duration.ofSeconds(-901))) {
            var far = new SigV4Verifier<>(CREDENTIALS, new FixedTime(NOW.plus(off)));
            assertThat(catchThrowableOfType(Fault.class, () -> far.verify(call, EC2)).code())
                    .isEqualTo("RequestExpired");
            assertThat(catchThrowableOfType(Fault.class, () -> far.verify(s3, S3)).code())
                    .isEqualTo("RequestTimeTooSkewed");
        }
    }

    @Test
    void refusesOtherSchemesClearly() {
        var v2 = call("GET /b/k", "", "Host: h", "Authorization: AWS AKID:c2ln");
        assertThat(refusal(v2, S3)).hasMessageStartingWith("Signature Version 2 is not supported");
        var v2Url = call("GET /b/k?AWSAccessKeyId=A&Signature=c2ln&Expires=1", "", "Host: h");
        assertThat(refusal(v2Url, S3).code()).isEqualTo("InvalidRequest");
        var v4a =
                call(
                        "GET /",
                        "",
                        "Host: h",
                        "Authorization: AWS4-ECDSA-P256-SHA256"
                                + " Credential=A/20261120/s3/aws4_request, SignedHeaders=host,"
                                + " Signature=00");
        assertThat(refusal(v4a, EC2)).hasMessageStartingWith("Signature Version 4A is not");
        var basic = call("GET /", "", "Host: h", "Authorization: Basic YTpi");
        assertThat(refusal(basic, EC2).code()).isEqualTo("IncompleteSignature");
        var none = call("GET /", "", "Host: h");
        assertThat(refusal(none, EC2).code()).isEqualTo("MissingAuthenticationToken");
        assertThat(refusal(none, S3).code()).isEqualTo("AccessDenied");
    }

    @Test
    void refusesWhatCannotBeRead() {
        var call = genuine("ec2");
        var header = requireNonNull(call.header("authorization"));
        var unreadable =
                List.of(
                        "AWS4-HMAC-SHA256",
                        "AWS4-HMAC-SHA256 ",
                        "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
                        "AWS4-HMAC-SHA256 ,,,=,=",
                        header.replace("Signature=", "Sig="),
                        header.replace("SignedHeaders=", "SignedHeaders=;"),
                        header.replace("SignedHeaders=content-type;host", "SignedHeaders=host"),
                        header.replace("content-type;host", "host;content-type"),
                        header.replace("content-type;host", "content-type;host;host"),
                        header.replace("/aws4_request", ""),
                        header.replace("/aws4_request", "/aws5_request"),
                        header.replace("/us-east-1/", "/us-east-1<script>/"),
                        header.replace("/us-east-1/", "/" + "r".repeat(500) + "/"),
                        header + ", Signature=" + "0".repeat(64),
                        header.toUpperCase(java.util.Locale.ROOT));
        for (var text : unreadable) {
            refusal(withHeader(call, "authorization", text), EC2);
        }
        refusal(withHeader(call, "authorization", header, header), EC2);
        refusal(withoutHeader(call, "x-amz-date"), EC2);
        refusal(withHeader(call, "x-amz-date", "20261120T120000Z", "20261120T120000Z"), EC2);
        refusal(withHeader(call, "x-amz-date", "now"), EC2);
        refusal(withHeader(call, "x-amz-date", "99999999T999999Z"), EC2);
    }

    @Test
    void holdsPresignedUrlsToTheirTerms() {
        var uri = URI.create("http://cloud.test:7000/b/k?versionId=1");
        var url = signer("s3").presign("GET", uri, Duration.ofMinutes(20), NOW);
        var genuine =
                call(
                        "GET " + url.getRawPath() + "?" + url.getRawQuery(),
                        "",
                        "Host: cloud.test:7000");
        assertThat(verifier.verify(genuine, S3).presigned()).isTrue();
        var query = genuine.query();
        var forgeries =
                List.of(
                        query.replace("Expires=1200", "Expires=1201"),
                        query.replace("Expires=1200", "Expires=0"),
                        query.replace("Expires=1200", "Expires=604801"),
                        query.replace("Expires=1200", "Expires=-5"),
                        query.replace("Expires=1200", "Expires=1200&X-Amz-Expires=1200"),
                        query.replace("&X-Amz-Expires=1200", ""),
                        query.replace("versionId=1", "versionId=2"),
                        query.replace("versionId=1", "versionId=1&versionId=1"),
                        query.replace("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders="),
                        query.replace("&X-Amz-SignedHeaders=host", ""),
                        query + "&response-content-type=text%2Fhtml",
                        query.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
                        query.replaceAll("&X-Amz-Signature=.*", ""));
        for (var forged : forgeries) {
            var changed =
                    new HttpCall("GET", genuine.path(), forged, genuine.headers(), new byte[0]);
            assertThat(refusal(changed, S3).code())
                    .isIn(
                            "SignatureDoesNotMatch",
                            "AuthorizationQueryParametersError",
                            "InvalidRequest");
        }
        assertThat(refusal(withHeader(genuine, "x-amz-acl", "public-read"), S3).code())
                .isEqualTo("AccessDenied");
        assertThat(refusal(with(genuine, "PUT", "/b/k", query, new byte[0]), S3).code())
                .isEqualTo("SignatureDoesNotMatch");
        assertThat(refusal(with(genuine, "GET", "/b/../b/k", query, new byte[0]), S3).code())
                .isEqualTo("SignatureDoesNotMatch");
        var both = withHeader(genuine, "authorization", "AWS4-HMAC-SHA256 Credential=x");
        assertThat(refusal(both, S3)).hasMessage("Only one auth mechanism allowed");
    }

    @Test
    void demandsTheTokenOfATemporaryCredentialUntilItEnds() {
        var token = Secret.of("FwoGZXIvYXdzEXAMPLE//token==");
        var temporary = Credential.temporary(KEY_ID, SECRET, token, NOW.plusSeconds(60), "role");
        var held = new SigV4Verifier<>(id -> Optional.of(temporary), new FixedTime(NOW));
        var uri = URI.create("http://cloud.test/");
        var withToken = new Signer(KEY_ID, SECRET, Optional.of(token), "us-east-1", "sts");
        var call = signed(withToken, "POST", uri, new HashMap<>(), BODY, NOW);
        assertThat(held.verify(call, Calls.STS).owner()).isEqualTo("role");
        var url = withToken.presign("GET", uri, Duration.ofMinutes(5), NOW);
        var presigned = call("GET /?" + url.getRawQuery(), "", "Host: cloud.test");
        assertThat(held.verify(presigned, Calls.STS).owner()).isEqualTo("role");

        var without = signed(signer("sts"), "POST", uri, new HashMap<>(), BODY, NOW);
        assertThat(catchThrowableOfType(Fault.class, () -> held.verify(without, Calls.STS)).code())
                .isEqualTo("InvalidClientTokenId");
        assertThat(refusal(call, Calls.STS).code())
                .as("a token with a lasting key")
                .isEqualTo("InvalidClientTokenId");
        var late =
                new SigV4Verifier<>(
                        id -> Optional.of(temporary), new FixedTime(NOW.plusSeconds(60)));
        assertThat(catchThrowableOfType(Fault.class, () -> late.verify(call, Calls.STS)).code())
                .isEqualTo("ExpiredToken");
    }

    @Test
    void secretsDoNotPrintThemselves() {
        var credential = Credential.lasting(KEY_ID, SECRET, "root");
        var scope = new CredentialScope("20261120", "us-east-1", "s3");
        var key = SigningKey.derive(SECRET, scope);
        assertThat(SECRET.toString() + credential + key)
                .doesNotContain(SECRET.reveal())
                .doesNotContain(java.util.HexFormat.of().formatHex(key.export()));
        assertThat(new ChunkSignatures.Seed(key, NOW, scope, "sig").toString())
                .doesNotContain("sig]");
    }
}
