package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ServiceRouterTest {
    private static final ServiceRouter ROUTER =
            new ServiceRouter(
                    List.of("ec2", "iam", "sts", "elbv2", "cloudwatch", "sqs", "s3").stream()
                            .map(Contracts::everything)
                            .toList());

    private static String route(HttpCall call, @Nullable String signingName) {
        return ROUTER.route(call, signingName).api().service();
    }

    @Test
    void followsTheSignature() {
        assertThat(route(Calls.form("Action=DescribeInstances&Version=2016-11-15"), "ec2"))
                .isEqualTo("ec2");
        assertThat(route(Calls.get("/bucket", ""), "s3")).isEqualTo("s3");
        assertThat(route(Calls.json("AmazonSQS.ListQueues", "{}"), "sqs")).isEqualTo("sqs");
        assertThat(route(Calls.get("/", ""), "monitoring")).isEqualTo("cloudwatch");
    }

    @Test
    void takesOlderVersionsOfEc2() {
        assertThat(route(Calls.form("Action=DescribeInstances&Version=2014-10-01"), "ec2"))
                .isEqualTo("ec2");
    }

    /** The two generations of load balancing share a signing name, and many operations. */
    @Test
    void tellsServicesOfOneNameApartByTheirVersion() {
        assertThat(
                        route(
                                Calls.form("Action=DescribeLoadBalancers&Version=2015-12-01"),
                                "elasticloadbalancing"))
                .isEqualTo("elbv2");
        var classic = Calls.form("Action=DescribeLoadBalancers&Version=2012-06-01");
        assertThat(ServiceTest.fault(() -> ROUTER.route(classic, "elasticloadbalancing")).code())
                .isEqualTo("NoSuchVersion");
    }

    @Test
    void findsTheServiceOfAnUnsignedRequest() {
        var call = Calls.form("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a");
        assertThat(route(call, null)).isEqualTo("sts");
        var byHost =
                new HttpCall("GET", "/", "", Map.of("host", List.of("EC2.x.y:80")), new byte[0]);
        assertThat(route(byHost, null)).isEqualTo("ec2");
        assertThat(route(Calls.json("AmazonSQS.ListQueues", "{}"), null)).isEqualTo("sqs");
    }

    @Test
    void refusesWhatItHasNot() {
        var call = Calls.get("/", "");
        assertThat(ServiceTest.fault(() -> ROUTER.route(call, "braket")))
                .hasMessageContaining("braket");
        assertThat(ServiceTest.fault(() -> ROUTER.route(call, null)).status()).isEqualTo(400);
        var target = Calls.json("DynamoDB_20120810.PutItem", "{}");
        assertThat(ServiceTest.fault(() -> ROUTER.route(target, "sqs")).status()).isEqualTo(400);
    }

    @Test
    void answersInTheProtocolThatARequestLooksToBeOf() {
        var fault = Fault.denied("AccessDenied", "no");
        var cbor = Calls.post("application/cbor", "", Map.of("smithy-protocol", "rpc-v2-cbor"));
        assertThat(ServiceRouter.reply(cbor, fault, "i").headers())
                .containsEntry("Content-Type", "application/cbor");
        assertThat(Calls.text(ServiceRouter.reply(Calls.json("A.B", "{}"), fault, "i")))
                .startsWith("{\"__type\":\"AccessDenied\"");
        assertThat(Calls.text(ServiceRouter.reply(Calls.form("Action=X"), fault, "i")))
                .contains("<ErrorResponse><Error>");
        assertThat(Calls.text(ServiceRouter.reply(Calls.get("/b/k", ""), fault, "i")))
                .contains("<Error><Code>AccessDenied</Code>");
        var ec2 =
                Calls.post(
                        "application/x-www-form-urlencoded",
                        "Action=X",
                        Map.of(
                                "authorization",
                                "AWS4-HMAC-SHA256 Credential=a/b/c/ec2/aws4_request"));
        assertThat(Calls.text(ServiceRouter.reply(ec2, fault, "i")))
                .contains("<Response><Errors><Error>");
        assertThat(ServiceRouter.reply(Calls.get("/b/k", ""), fault, "i").status()).isEqualTo(403);
    }
}
