package io.brume.common.aws.sigv4;

import static io.brume.common.aws.sigv4.Calls.CREDENTIALS;
import static io.brume.common.aws.sigv4.Calls.KEY_ID;
import static io.brume.common.aws.sigv4.Calls.S3;
import static io.brume.common.aws.sigv4.Calls.call;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The worked examples of AWS's own documentation. */
class AwsExamplesTest {
    private static final String EMPTY =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private final SigV4Verifier<String> verifier =
            new SigV4Verifier<>(CREDENTIALS, FixedTime.at("2013-05-24T00:05:00Z"));

    private static String authorization(String signedHeaders, String signature) {
        return "Authorization: AWS4-HMAC-SHA256 Credential="
                + KEY_ID
                + "/20130524/us-east-1/s3/aws4_request,SignedHeaders="
                + signedHeaders
                + ",Signature="
                + signature;
    }

    @Test
    void derivesTheDocumentedSigningKey() {
        var key =
                SigningKey.derive(
                        Secret.of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                        new CredentialScope("20150830", "us-east-1", "iam"));
        assertThat(HexFormat.of().formatHex(key.export()))
                .isEqualTo("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    }

    @Test
    void acceptsIamListUsers() {
        var iam =
                new SigV4Verifier<>(
                        id ->
                                Optional.of(
                                        Credential.lasting(
                                                id,
                                                Secret.of(
                                                        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                                                "root")),
                        FixedTime.at("2015-08-30T12:36:00Z"));
        var call =
                call(
                        "GET /?Action=ListUsers&Version=2010-05-08",
                        "",
                        "Host: iam.amazonaws.com",
                        "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
                        "X-Amz-Date: 20150830T123600Z",
                        "Authorization: AWS4-HMAC-SHA256"
                            + " Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                            + " SignedHeaders=content-type;host;x-amz-date,"
                            + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
        var realm = new Realm(Dialect.QUERY, List.of("iam"), List.of("us-east-1"));
        assertThat(iam.verify(call, realm).accessKeyId()).isEqualTo("AKIDEXAMPLE");
    }

    @Test
    void acceptsS3GetObject() {
        var call =
                call(
                        "GET /test.txt",
                        "",
                        "Host: examplebucket.s3.amazonaws.com",
                        "Range: bytes=0-9",
                        "x-amz-content-sha256: " + EMPTY,
                        "x-amz-date: 20130524T000000Z",
                        authorization(
                                "host;range;x-amz-content-sha256;x-amz-date",
                                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
        var verified = verifier.verify(call, S3);
        assertThat(verified.owner()).isEqualTo("root");
        assertThat(verified.presigned()).isFalse();
    }

    @Test
    void acceptsS3PutObjectWithADateHeader() {
        var body = "Welcome to Amazon S3.";
        var call =
                call(
                        "PUT /test%24file.text",
                        body,
                        "Host: examplebucket.s3.amazonaws.com",
                        "Date: Fri, 24 May 2013 00:00:00 GMT",
                        "x-amz-date: 20130524T000000Z",
                        "x-amz-storage-class: REDUCED_REDUNDANCY",
                        "x-amz-content-sha256:"
                            + " 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                        authorization(
                                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
        assertThat(verifier.verify(call, S3).body(call.body())).isEqualTo(body.getBytes(US_ASCII));
    }

    @Test
    void acceptsS3SubresourceAndList() {
        var lifecycle =
                call(
                        "GET /?lifecycle",
                        "",
                        "Host: examplebucket.s3.amazonaws.com",
                        "x-amz-content-sha256: " + EMPTY,
                        "x-amz-date: 20130524T000000Z",
                        authorization(
                                "host;x-amz-content-sha256;x-amz-date",
                                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
        var list =
                call(
                        "GET /?prefix=J&max-keys=2",
                        "",
                        "Host: examplebucket.s3.amazonaws.com",
                        "x-amz-content-sha256: " + EMPTY,
                        "x-amz-date: 20130524T000000Z",
                        authorization(
                                "host;x-amz-content-sha256;x-amz-date",
                                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
        assertThat(verifier.verify(lifecycle, S3).owner()).isEqualTo("root");
        assertThat(verifier.verify(list, S3).owner()).isEqualTo("root");
    }

    @Test
    void acceptsAPresignedUrlUntilItExpires() {
        var call =
                call(
                        "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                                + KEY_ID
                                + "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
                                + "&X-Amz-SignedHeaders=host&X-Amz-Signature="
                                + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
                        "",
                        "Host: examplebucket.s3.amazonaws.com");
        assertThat(verifier.verify(call, S3).presigned()).isTrue();
        var late = new SigV4Verifier<>(CREDENTIALS, FixedTime.at("2013-05-25T00:00:01Z"));
        assertThatThrownBy(() -> late.verify(call, S3))
                .isInstanceOfSatisfying(
                        Fault.class,
                        fault -> {
                            assertThat(fault.code()).isEqualTo("AccessDenied");
                            assertThat(fault.status()).isEqualTo(403);
                            assertThat(fault).hasMessage("Request has expired.");
                        });
    }

    @Test
    void acceptsSignedChunks() {
        var body =
                "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
                        + "a".repeat(65536)
                        + "\r\n"
                        + "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
                        + "a".repeat(1024)
                        + "\r\n"
                        + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
        var call =
                call(
                        "PUT /examplebucket/chunkObject.txt",
                        body,
                        "Host: s3.amazonaws.com",
                        "x-amz-date: 20130524T000000Z",
                        "x-amz-storage-class: REDUCED_REDUNDANCY",
                        "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                        "Content-Encoding: aws-chunked",
                        "x-amz-decoded-content-length: 66560",
                        "Content-Length: 66824",
                        authorization(
                                "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                                    + "x-amz-decoded-content-length;x-amz-storage-class",
                                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
        var verified = verifier.verify(call, S3);
        assertThat(verified.payload().length()).isEqualTo(66560);
        assertThat(verified.body(call.body())).isEqualTo("a".repeat(66560).getBytes(US_ASCII));
    }

    @Test
    void acceptsSignedChunksWithASignedTrailer() {
        var body =
                "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"
                        + "a".repeat(65536)
                        + "\r\n"
                        + "400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"
                        + "a".repeat(1024)
                        + "\r\n"
                        + "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
                        + "x-amz-checksum-crc32c:sOO8/Q==\r\n"
                        + "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
        var call =
                call(
                        "PUT /examplebucket/chunkObject.txt",
                        body,
                        "Host: s3.amazonaws.com",
                        "x-amz-date: 20130524T000000Z",
                        "x-amz-storage-class: REDUCED_REDUNDANCY",
                        "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                        "Content-Encoding: aws-chunked",
                        "x-amz-decoded-content-length: 66560",
                        "x-amz-trailer: x-amz-checksum-crc32c",
                        "Content-Length: 66824",
                        authorization(
                                "content-encoding;host;x-amz-content-sha256;x-amz-date;"
                                    + "x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
                                "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"));
        assertThat(verifier.verify(call, S3).body(call.body())).hasSize(66560);
    }
}
