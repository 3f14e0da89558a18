package io.brume.common.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;

/** Messages made to hurt: each is refused in its service's words, or costs next to nothing. */
@Timeout(value = 20, unit = SECONDS)
final class HostileInputTest {
    private final Service ec2 = Contracts.everything("ec2");
    private final Service dynamodb = Contracts.everything("dynamodb");
    private final Service route53 = Contracts.everything("route53");
    private final Service cloudwatch = Contracts.everything("cloudwatch");

    private static Fault fault(Service service, HttpCall call) {
        return ServiceTest.fault(() -> service.bind(call));
    }

    @Test
    void takesTheNumbersOfAListAsOrderOnly() {
        var call =
                ec2.bind(
                        Calls.form(
                                "Action=DescribeInstances&Filter.999999999.Name=b"
                                    + "&Filter.7.Name=a&Filter.7.Value.12=x&Filter.7.Value.3=y"));
        var request = (DescribeInstancesRequest) call.request();
        assertThat(request.filters()).extracting(f -> f.name()).containsExactly("a", "b");
        assertThat(request.filters().getFirst().values()).containsExactly("y", "x");
    }

    @ParameterizedTest
    @CsvSource({
        "Action=DescribeInstances&MaxResults=5&MaxResults=6, MalformedQueryString",
        "Action=DescribeInstances&Action=RunInstances, MalformedQueryString",
        "Action=DescribeInstances&MaxResults=%, MalformedQueryString",
        "Action=DescribeInstances&MaxResults=%F, MalformedQueryString",
        "Action=DescribeInstances&MaxResults=%zz, MalformedQueryString",
        "Action=DescribeInstances&InstanceId.1=%FF%FE, MalformedQueryString",
        "Action=DescribeInstances&MaxResults=abc, InvalidParameterValue",
        "Action=DescribeInstances&MaxResults=, InvalidParameterValue",
        "Action=DescribeInstances&MaxResults=5.0, InvalidParameterValue",
        "Action=DescribeInstances&MaxResults=0x5, InvalidParameterValue",
        "Action=DescribeInstances&MaxResults=%2B5, InvalidParameterValue",
        "Action=DescribeInstances&MaxResults=99999999999, InvalidParameterValue",
        "Action=DescribeInstances&MaxResults.1=5, InvalidParameterValue",
        "Action=DescribeInstances&DryRun=yes, InvalidParameterValue",
        "Action=, MissingAction",
        "Foo=Bar, MissingAction",
        "Action=Describe%0AInstances, InvalidAction",
    })
    void refusesForms(String body, String code) {
        var fault = fault(ec2, Calls.form(body));
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.status()).isEqualTo(400);
    }

    @Test
    void boundsForms() {
        var many =
                IntStream.range(0, 20_001)
                        .mapToObj(i -> "InstanceId." + i + "=x")
                        .collect(Collectors.joining("&"));
        assertThat(fault(ec2, Calls.form("Action=DescribeInstances&" + many)).code())
                .isEqualTo("MalformedQueryString");
        var deep = "a.".repeat(1_000_000);
        assertThat(fault(ec2, Calls.form("Action=DescribeInstances&" + deep + "=1")).code())
                .isEqualTo("MalformedQueryString");
        var wide =
                IntStream.range(0, 19_000)
                        .mapToObj(i -> i + ".1.2.3.4.5.6.7.8.9.10.11.12.13=x")
                        .collect(Collectors.joining("&"));
        assertThat(fault(ec2, Calls.form("Action=DescribeInstances&" + wide)).code())
                .isEqualTo("MalformedQueryString");
    }

    @Test
    void readsAThousandIds() {
        var many =
                IntStream.range(0, 1000)
                        .mapToObj(i -> "InstanceId." + (i + 1) + "=i-" + i)
                        .collect(Collectors.joining("&"));
        var call = ec2.bind(Calls.form("Action=DescribeInstances&" + many));
        assertThat(((DescribeInstancesRequest) call.request()).instanceIds())
                .hasSize(1000)
                .startsWith("i-0", "i-1")
                .endsWith("i-999");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"x\"",
                "1",
                "null",
                "{",
                "{\"TableName\"}",
                "{\"TableName\":1}",
                "{\"TableName\":\"a\",\"TableName\":\"b\"}",
                "{\"TableName\":\"a\"}{}",
                "{\"TableName\":\"a\"} x",
                "{'TableName':'a'}",
                "{\"TableName\":NaN}",
                "{\"Item\":[]}",
                "{\"Item\":{\"a\":[]}}",
                "{\"Item\":{\"a\":{\"BOOL\":\"true\"}}}",
                "{\"Item\":{\"a\":{\"B\":\"*\"}}}",
                "{\"TableName\":\"\u0001\"}",
                "\uFEFF{} x",
            })
    void refusesJson(String body) {
        var call = Calls.json("DynamoDB_20120810.PutItem", body);
        if (body.isEmpty()) {
            // an empty body is an empty request, which then misses its members
            var bound = dynamodb.bind(call);
            assertThat(ServiceTest.fault(() -> dynamodb.validate(bound)).code())
                    .isEqualTo("ValidationException");
        } else {
            assertThat(fault(dynamodb, call).code()).isEqualTo("SerializationException");
        }
    }

    @Test
    void refusesDeepJson() {
        for (var opening : List.of("[", "{\"a\":", "{\"Item\":", "{\"Item\":{\"a\":{\"L\":[")) {
            var call = Calls.json("X.PutItem", "{\"Item\":" + opening.repeat(100_000));
            assertThat(fault(dynamodb, call).code()).isEqualTo("SerializationException");
        }
        // nested in members that nobody knows, which are skipped
        var skipped = Calls.json("X.PutItem", "{\"z\":" + "[".repeat(100_000));
        assertThat(fault(dynamodb, skipped).code()).isEqualTo("SerializationException");
    }

    @Test
    void readsDocumentsAsDeepAsDynamoDbAllows() {
        var deep = "{\"L\":[".repeat(32) + "{\"S\":\"x\"}" + "]}".repeat(32);
        var call = Calls.json("X.PutItem", "{\"TableName\":\"t\",\"Item\":{\"a\":" + deep + "}}");
        assertThat(dynamodb.bind(call).operation()).isEqualTo("PutItem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1e-999999999", "123456789012345678901234567890", "1.5"})
    void refusesMonstrousNumbers(String number) {
        var body = "{\"Limit\":" + number + "}";
        assertThat(fault(dynamodb, Calls.json("X.ListTables", body)).code())
                .isEqualTo("SerializationException");
        var long_ = "{\"Limit\":" + "9".repeat(1_000_000) + "}";
        assertThat(fault(dynamodb, Calls.json("X.ListTables", long_)).code())
                .isEqualTo("SerializationException");
    }

    private static HttpCall xml(String body) {
        return new HttpCall(
                "POST",
                "/2013-04-01/hostedzone/Z1/rrset",
                "",
                Map.of("content-type", List.of("text/xml")),
                body.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "<a>",
                "<a></b>",
                "<a/><b/>",
                "<a b=c/>",
                "<a>&lt</a>",
                "<a>&nbsp;</a>",
                "<a>\u0001</a>",
                "<a xmlns:x=''/>",
                "<x:a/>",
                "<a b='1' b='2'/>",
                "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
                "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
                "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'>%x;]><a/>",
                "<a><ChangeBatch><Changes><Change><ResourceRecordSet><TTL>x</TTL>"
                        + "</ResourceRecordSet></Change></Changes></ChangeBatch></a>",
            })
    void refusesXml(String body) {
        var fault = fault(route53, xml(body));
        assertThat(fault.code()).isEqualTo("InvalidInput");
        assertThat(fault.status()).isEqualTo(400);
    }

    @Test
    void refusesABillionLaughs() {
        var bomb = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 30; i++) {
            bomb.append("<!ENTITY l%d \"&l%d;&l%d;\">".formatted(i, i - 1, i - 1));
        }
        assertThat(fault(route53, xml(bomb + "]><a>&l29;</a>")).code()).isEqualTo("InvalidInput");
    }

    @Test
    void boundsXml() {
        assertThat(fault(route53, xml("<a>".repeat(100_000))).code()).isEqualTo("InvalidInput");
        assertThat(fault(route53, xml("<a>" + "<b/>".repeat(200_001) + "</a>")).code())
                .isEqualTo("InvalidInput");
    }

    private static HttpCall cbor(byte[] body) {
        return new HttpCall(
                "POST",
                "/service/GraniteServiceVersion20100801/operation/PutMetricData",
                "",
                Map.of("smithy-protocol", List.of("rpc-v2-cbor")),
                body);
    }

    @Test
    void refusesCborThatPromisesMoreThanItBrings() {
        // a text, bytes, an array and a map of 2^62 items; endless nesting; a bare break
        for (var head : List.of("7b", "5b", "9b", "bb")) {
            var bytes = java.util.HexFormat.of().parseHex("a16161" + head + "4000000000000000");
            assertThat(fault(cloudwatch, cbor(bytes)).code()).isEqualTo("SerializationException");
        }
        var nested = new byte[1_000_000];
        java.util.Arrays.fill(nested, (byte) 0x81);
        assertThat(fault(cloudwatch, cbor(nested)).code()).isEqualTo("SerializationException");
        assertThat(fault(cloudwatch, cbor(new byte[] {(byte) 0xff})).code())
                .isEqualTo("SerializationException");
    }

    @Test
    void refusesACompressedBodyThatGrowsTooLarge() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            var block = new byte[1 << 20];
            for (int i = 0; i < 17; i++) {
                gzip.write(block);
            }
        }
        assertThat(bytes.size()).isLessThan(100_000);
        var call =
                new HttpCall(
                        "POST",
                        "/service/x/operation/PutMetricData",
                        "",
                        Map.of(
                                "smithy-protocol", List.of("rpc-v2-cbor"),
                                "content-encoding", List.of("gzip")),
                        bytes.toByteArray());
        assertThat(fault(cloudwatch, call).code()).isEqualTo("SerializationException");
        assertThat(fault(cloudwatch, call.withBody("plain".getBytes(UTF_8))).code())
                .isEqualTo("SerializationException");
    }

    @Test
    void givesUpOnAPatternThatATextIsMadeFor() {
        var constraint = new Constraint(false, null, null, "(a+)+b", null, null, null);
        assertThat(ConstraintCheck.broken(constraint, "a".repeat(5000))).isNotNull();
        assertThat(ConstraintCheck.broken(constraint, "aaab")).isNull();
    }
}
