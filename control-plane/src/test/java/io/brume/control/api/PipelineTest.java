package io.brume.control.api;

import static io.brume.control.api.ToyCloud.KEY_ID;
import static io.brume.control.api.ToyCloud.REGION;
import static io.brume.control.api.ToyCloud.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.common.aws.sigv4.Signer;
import io.brume.control.domain.ClientToken;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order and the outcome of what every call passes. */
class PipelineTest {
    private static final URI ENDPOINT = URI.create("http://127.0.0.1:7000/");
    private final ToyCloud cloud = new ToyCloud();

    @AfterEach
    void close() throws Exception {
        cloud.close();
    }

    private HttpReply ec2(String parameters) {
        return ec2(KEY_ID, REGION, parameters);
    }

    private HttpReply ec2(String keyId, String region, String parameters) {
        return send(keyId, region, "ec2", parameters + "&Version=2016-11-15");
    }

    private HttpReply send(String keyId, String region, String service, String form) {
        var body = form.getBytes(UTF_8);
        var headers = Map.of("content-type", "application/x-www-form-urlencoded");
        var signer = new Signer(keyId, SECRET, Optional.empty(), region, service);
        var all = new HashMap<String, List<String>>();
        headers.forEach((n, v) -> all.put(n, List.of(v)));
        signer.sign("POST", ENDPOINT, headers, body, Instant.now())
                .forEach((n, v) -> all.put(n.toLowerCase(Locale.ROOT), List.of(v)));
        all.put("host", List.of("127.0.0.1:7000"));
        return handle(new HttpCall("POST", "/", "", all, body));
    }

    private HttpReply handle(HttpCall call) {
        return cloud.pipeline.handle(call, new Origin("request-1", "192.0.2.7", Instant.now()));
    }

    private static String text(HttpReply reply) {
        return new String(reply.body(), UTF_8);
    }

    private AuditRecord lastAudit() {
        return cloud.audit.stream().reduce((first, second) -> second).orElseThrow();
    }

    @Test
    void aCallReachesItsHandlerWithItsContext() {
        var reply = send(KEY_ID, REGION, "sts", "Action=GetCallerIdentity&Version=2011-06-15");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(text(reply))
                .contains("<Arn>arn:aws:iam::123456789012:root</Arn>")
                .contains("<Account>123456789012</Account>")
                .contains("<RequestId>request-1</RequestId>");
        assertThat(ec2("Action=DescribeRegions").status()).isEqualTo(200);
    }

    @Test
    void whatHappenedIsRecordedAndCounted() {
        ec2("Action=DescribeRegions&RegionName.1=us-east-1");
        var entry = lastAudit();
        assertThat(entry.operation()).isEqualTo("DescribeRegions");
        assertThat(entry.code()).isEqualTo("OK");
        assertThat(entry.account()).isEqualTo("123456789012");
        assertThat(entry.accessKeyId()).isEqualTo(KEY_ID);
        assertThat(entry.sourceIp()).isEqualTo("192.0.2.7");
        assertThat(JsonLinesAuditLog.line(entry)).doesNotContain(SECRET.reveal());

        ec2("Action=TerminateInstances&InstanceId.1=i-0000000000000000a");
        assertThat(lastAudit().code()).isEqualTo("InvalidInstanceID.NotFound");
        assertThat(cloud.metrics.scrape())
                .contains(
                        "brume_api_requests_seconds_count{code=\"OK\",operation=\"DescribeRegions\",service=\"ec2\"}"
                            + " 1")
                .contains("code=\"InvalidInstanceID.NotFound\"");
    }

    @Test
    void strangersAndUsersWithoutPolicyAreTurnedAway() {
        var stranger = ec2("AKIAIOSFODNN7STRANGR", REGION, "Action=DescribeRegions");
        assertThat(stranger.status()).isEqualTo(401);
        assertThat(text(stranger)).contains("<Code>AuthFailure</Code>");
        assertThat(lastAudit().principalArn()).isEmpty();

        var user = ec2(ToyCloud.USER_KEY_ID, REGION, "Action=RunInstances&MinCount=x");
        assertThat(text(user)).contains("<Code>InvalidParameterValue</Code>");
        user =
                ec2(
                        ToyCloud.USER_KEY_ID,
                        REGION,
                        "Action=RunInstances&MinCount=1&MaxCount=1&DryRun=true");
        assertThat(user.status()).isEqualTo(403);
        assertThat(text(user))
                .contains("<Code>UnauthorizedOperation</Code>")
                .contains("ec2:RunInstances");
        assertThat(lastAudit().principalArn()).endsWith("user/bob");
        assertThat(cloud.launches).hasValue(0);
    }

    @Test
    void aScopeElsewhereIsRefused() {
        var reply = ec2(KEY_ID, "eu-west-9", "Action=DescribeRegions");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(text(reply)).contains("AuthFailure").contains("us-east-1");
        var other = send(KEY_ID, REGION, "lambda", "Action=DescribeRegions");
        assertThat(other.status()).isBetween(400, 499);
        assertThat(text(other)).contains("UnsupportedOperation");
        assertThat(lastAudit().service()).isEmpty();
    }

    @Test
    void whatIsNotSignedLearnsNothing() {
        var unsigned =
                new HttpCall(
                        "POST",
                        "/",
                        "",
                        Map.of(
                                "host",
                                List.of("x"),
                                "content-type",
                                List.of("application/x-www-form-urlencoded")),
                        "Action=DescribeRegions&Version=2016-11-15".getBytes(UTF_8));
        var reply = handle(unsigned);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(text(reply)).contains("MissingAuthenticationToken");
        var nothing = handle(new HttpCall("GET", "/", "", Map.of(), new byte[0]));
        assertThat(nothing.status()).isEqualTo(403);
        assertThat(text(nothing)).contains("MissingAuthenticationToken");
    }

    @Test
    void aDryRunStopsBeforeTheEffect() {
        var reply = ec2("Action=RunInstances&MinCount=1&MaxCount=1&DryRun=true&ClientToken=d");
        assertThat(reply.status()).isEqualTo(412);
        assertThat(text(reply)).contains("<Code>DryRunOperation</Code>");
        assertThat(cloud.launches).hasValue(0);
        ec2("Action=RunInstances&MinCount=1&MaxCount=1&ClientToken=d");
        assertThat(cloud.launches).hasValue(1);
    }

    @Test
    void validationComesBeforeTheHandler() {
        var reply = ec2("Action=RunInstances&MaxCount=1");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(text(reply)).contains("<Code>MissingParameter</Code>");
        assertThat(cloud.launches).hasValue(0);
    }

    @Test
    void theHandlerSeesWhatMakesARepetitionHarmless() {
        var form = "Action=RunInstances&MinCount=1&MaxCount=1&ImageId=ami-1&ClientToken=once";
        ec2(form);
        ec2(form + "&DryRun=false");
        ec2(form.replace("ami-1", "ami-2"));
        ec2(form.replace("=once", "=twice"));
        ec2("Action=RunInstances&MinCount=1&MaxCount=1");
        var seen = List.copyOf(cloud.tokens);
        assertThat(seen).hasSize(4);
        assertThat(seen.getFirst().account().value()).isEqualTo("123456789012");
        assertThat(seen.getFirst().action()).isEqualTo("ec2:RunInstances");
        assertThat(seen)
                .extracting(ClientToken::token)
                .containsExactly("once", "once", "once", "twice");
        assertThat(seen.get(1)).isEqualTo(seen.getFirst());
        assertThat(seen.get(2).fingerprint()).isNotEqualTo(seen.getFirst().fingerprint());
        assertThat(seen.get(3).fingerprint()).isEqualTo(seen.getFirst().fingerprint());
    }

    @Test
    void whatBreaksInsideStaysInside() {
        var reply = ec2("Action=DescribeRegions&RegionName.1=broken");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(text(reply)).contains("InternalError").doesNotContain("inner workings");
        assertThat(lastAudit().code()).isEqualTo("InternalError");
    }

    @Test
    void operationsThatAreNotOfferedSaySo() {
        assertThat(text(ec2("Action=DescribeVpcs"))).contains("UnsupportedOperation");
        assertThat(text(ec2("Action=MakeCoffee"))).contains("InvalidAction");
        assertThat(text(ec2("NoAction=1"))).contains("MissingAction");
        assertThat(cloud.metrics.scrape()).doesNotContain("MakeCoffee");
    }
}
