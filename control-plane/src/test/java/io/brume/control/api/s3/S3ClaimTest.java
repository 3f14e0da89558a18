package io.brume.control.api.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.HttpCall;
import io.brume.control.api.gateway.GatewayRoute.Claim;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose a request is, by its head alone. */
final class S3ClaimTest {
    private static final S3Claim CLAIM =
            new S3Claim(
                    List.of("localhost", "s3.example.org"),
                    head -> String.valueOf(head.header("host")).startsWith("ec2."));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // method, path, query, host, authorization
                "GET     | /          | -                     | 127.0.0.1      | s3  | SURELY",
                "PUT     | /b/k       | -                     | 127.0.0.1      | s3  | SURELY",
                "GET     | /v20180820/tags/x | -              | 127.0.0.1      | s3  | SURELY",
                "POST    | /          | -                     | 127.0.0.1      | ec2 | NONE",
                "GET     | /snapshots/s | -                   | 127.0.0.1      | ebs | NONE",
                "GET     | /b/k       |"
                    + " X-Amz-Credential=AKIAIOSFODNN7EXAMPLE/20261130/us-east-1/s3/aws4_request&X-Amz-Signature=00"
                    + "    | 127.0.0.1      | -   | SURELY",
                "GET     | /b/k       |"
                    + " X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261130%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00"
                    + " | 127.0.0.1 | -   | SURELY",
                "GET     | /b/k       | AWSAccessKeyId=A&Signature=b&Expires=1 | 127.0.0.1 | - |"
                        + " SURELY",
                "GET     | /b/k       | -                     | 127.0.0.1      | AWS A:b | SURELY",
                "GET     | /b/k       | -                     | 127.0.0.1      | Bearer x | NONE",
                "GET     | /b/k       | -                     | 127.0.0.1:7000 | -   |"
                        + " UNLESS_A_PAGE",
                "GET     | /metrics   | -                     | 127.0.0.1:7000 | -   |"
                        + " UNLESS_A_PAGE",
                "GET     | /          | -                     | 127.0.0.1:7000 | -   | NONE",
                "POST    | /          | Action=AssumeRoleWithWebIdentity | 127.0.0.1 | - | NONE",
                "OPTIONS | /          | -                     | 127.0.0.1:7000 | -   |"
                        + " UNLESS_A_PAGE",
                "GET     | /          | -                     | b.localhost:7000 | - | SURELY",
                "GET     | /index.html | -                    | B.S3.Example.org | - | SURELY",
                "GET     | /          | -                     | localhost:7000 | -   | NONE",
                "GET     | /          | -                     | [::1]:7000     | -   | NONE",
                "GET     | /x         | -                     | ec2.amazonaws.com | - | NONE",
            })
    void tellsWhoseARequestIs(
            String method,
            String path,
            @Nullable String query,
            String host,
            @Nullable String authorization,
            Claim expected) {
        var headers = new HashMap<String, List<String>>();
        headers.put("host", List.of(host));
        if (authorization != null) {
            headers.put(
                    "authorization",
                    List.of(
                            authorization.indexOf(' ') < 0
                                    ? ("AWS4-HMAC-SHA256"
                                            + " Credential=AKIAIOSFODNN7EXAMPLE/20261130/us-east-1/"
                                            + authorization
                                            + "/aws4_request, SignedHeaders=host, Signature=00")
                                    : authorization));
        }
        var head =
                new HttpCall(
                        method, path, query == null ? "" : query, Map.copyOf(headers), new byte[0]);
        assertThat(CLAIM.of(head)).isEqualTo(expected);
    }
}
