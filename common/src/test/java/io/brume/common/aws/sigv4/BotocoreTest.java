package io.brume.common.aws.sigv4;

import static io.brume.common.aws.sigv4.Calls.CREDENTIALS;
import static io.brume.common.aws.sigv4.Calls.KEY_ID;
import static io.brume.common.aws.sigv4.Calls.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.brume.common.aws.HttpCall;
import io.brume.common.time.Time;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What botocore signs (the AWS CLI, boto3, Ansible) is accepted. Needs python3 with botocore. */
class BotocoreTest {
    private static final String SCRIPT =
            """
            import base64, json, sys
            from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
            from botocore.awsrequest import AWSRequest
            from botocore.credentials import Credentials
            key = Credentials(sys.argv[1], sys.argv[2])
            urls = ['/', '/a/b', '/a%20b/%C3%BC%2Bc', '/a/../b/./c//d', '/x/', "/~-_.*'()",
                    '/b/k?acl', '/?b=2&a=1&a=0&c=', '/?q=a%20b%2Fc%2B&%C3%BC=%3D']
            for auth, service in ((SigV4Auth, 'ec2'), (S3SigV4Auth, 's3'),
                                  (SigV4QueryAuth, 'sts'), (S3SigV4QueryAuth, 's3')):
                for url in urls:
                    for body in (b'', b'Action=X&A=b'):
                        if auth in (SigV4QueryAuth, S3SigV4QueryAuth) and body:
                            continue
                        request = AWSRequest('POST', 'http://cloud.test:7000' + url, data=body,
                                headers={'Content-Type': 'a/b;  c=1', 'X-Amz-Meta-A': ' x   y '}
                                if auth in (SigV4Auth, S3SigV4Auth) else {})
                        auth(key, service, 'us-east-1').add_auth(request)
                        sent = request.prepare()
                        print(json.dumps({'service': service, 'url': sent.url,
                                'headers': {k: v if isinstance(v, str) else v.decode()
                                            for k, v in sent.headers.items()},
                                'body': base64.b64encode(body).decode()}))
            """;

    @Test
    void acceptsWhatBotocoreSigns() throws Exception {
        var verifier = new SigV4Verifier<>(CREDENTIALS, Time.system());
        var calls = signedByBotocore();
        assertThat(calls).hasSize(54);
        for (var line : calls) {
            var call = call(line);
            var realm =
                    switch (line.get("service").asText()) {
                        case "s3" -> Calls.S3;
                        case "ec2" -> Calls.EC2;
                        default -> Calls.STS;
                    };
            var verified = verifier.verify(call, realm);
            assertThat(verified.body(call.body())).as("%s", line).isEqualTo(call.body());
        }
    }

    private static HttpCall call(JsonNode line) {
        var uri = URI.create(line.get("url").asText());
        var headers = new HashMap<String, List<String>>();
        line.get("headers")
                .properties()
                .forEach(entry ->
                        headers.put(
                                entry.getKey().toLowerCase(Locale.ROOT),
                                List.of(entry.getValue().asText())));
        headers.put("host", List.of(uri.getRawAuthority()));
        return new HttpCall(
                "POST",
                uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                headers,
                Base64.getDecoder().decode(line.get("body").asText()));
    }

    private static List<JsonNode> signedByBotocore() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder("python3", "-c", SCRIPT, KEY_ID, SECRET.reveal())
                        .redirectErrorStream(true)
                        .start();
        try {
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("python3 with botocore is needed (pip install botocore): %s", output)
                    .isZero();
            var mapper = new ObjectMapper();
            var lines = new ArrayList<JsonNode>();
            for (var line : output.lines().toList()) {
                lines.add(mapper.readTree(line));
            }
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
