package io.brume.common.aws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;

/**
 * Whatever a stranger sends, the codecs either read it or throw a {@link Fault} that blames the
 * client, and soon: random bytes, and real messages that were cut, spliced and flipped.
 */
final class FuzzTest {
    private static final int ROUNDS = 12_000;

    /** A real message of one protocol. */
    record Target(String name, long seed, Service service, HttpCall call) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Target> targets() {
        var form = "application/x-www-form-urlencoded";
        var json = "application/x-amz-json-1.0";
        var change = "/2013-04-01/hostedzone/Z1/rrset/";
        return List.of(
                target("ec2", 1, "/", Map.of("content-type", form), form()),
                target("iam", 2, "/", Map.of("content-type", form), iam()),
                target("route53", 3, change, Map.of(), xml()),
                target("lambda", 4, "/2015-03-31/functions", Map.of(), lambda()),
                target(
                        "dynamodb",
                        5,
                        "/",
                        Map.of("content-type", json, "x-amz-target", "X.PutItem"),
                        dynamo()),
                target(
                        "cloudwatch",
                        6,
                        "/service/x/operation/PutMetricData",
                        Map.of("smithy-protocol", "rpc-v2-cbor"),
                        metric()));
    }

    private static Target target(
            String service, long seed, String path, Map<String, String> headers, byte[] body) {
        var lists = new HashMap<String, List<String>>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        var call = new HttpCall("POST", path, "", lists, body);
        return new Target(service, seed, Contracts.everything(service), call);
    }

    private static byte[] form() {
        return ("Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=2&ImageId=ami-1"
                    + "&BlockDeviceMapping.1.Ebs.VolumeSize=8&BlockDeviceMapping.1.Ebs.Encrypted=true"
                    + "&TagSpecification.1.Tag.2.Key=%C3%A9&TagSpecification.1.Tag.2.Value=b+c")
                .getBytes(UTF_8);
    }

    private static byte[] iam() {
        return ("Action=SimulateCustomPolicy&PolicyInputList.member.1=%7B%7D"
                        + "&ContextEntries.member.3.ContextKeyValues.member.1=x&MaxItems=7")
                .getBytes(UTF_8);
    }

    private static byte[] xml() {
        return """
        <?xml version="1.0"?><ChangeResourceRecordSetsRequest xmlns="https://x/"><ChangeBatch>
        <Changes><Change><Action>CREATE</Action><ResourceRecordSet><Name>a&amp;b</Name><TTL>60</TTL>
        <ResourceRecords><ResourceRecord><Value><![CDATA[x]]></Value></ResourceRecord>
        </ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch>
        </ChangeResourceRecordSetsRequest>\
        """
                .getBytes(UTF_8);
    }

    private static byte[] lambda() {
        return """
        {"FunctionName":"f","Code":{"ZipFile":"AAEC"},"MemorySize":128,"Publish":true,
        "Environment":{"Variables":{"A":"é\\u00e9"}},"Layers":["a","b"],"Timeout":3}\
        """
                .getBytes(UTF_8);
    }

    private static byte[] dynamo() {
        return """
        {"TableName":"t","Item":{"a":{"S":"x"},"b":{"N":"-1.5e3"},"c":{"L":[{"BOOL":true},
        {"NULL":true},{"M":{"d":{"B":"AAEC"}}}]}},"ReturnValues":"NONE"}\
        """
                .getBytes(UTF_8);
    }

    private static byte[] metric() {
        return JsonWriter.write(
                JsonFormat.CBOR,
                PutMetricDataRequest.builder()
                        .namespace("n")
                        .metricData(
                                MetricDatum.builder()
                                        .metricName("m")
                                        .value(1.5)
                                        .values(1.0, 2.0)
                                        .timestamp(java.time.Instant.ofEpochSecond(1_800_000_000))
                                        .storageResolution(1)
                                        .build())
                        .build());
    }

    private static final List<String> TOKENS =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    "<",
                    ">",
                    "</",
                    "&",
                    "=",
                    ".",
                    "%",
                    "%00",
                    "%FF",
                    "+",
                    "null",
                    "true",
                    "-",
                    "1e400",
                    "99999999999999999999",
                    "NaN",
                    "\\u0000",
                    "\\uD800",
                    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
                    "&b;",
                    "&#0;",
                    "<!--",
                    "]]>",
                    "<?x ?>",
                    "member.",
                    ".1.",
                    "999999999",
                    "\0",
                    "\uFFFF",
                    "xmlns:a=\"b\" ");

    @ParameterizedTest
    @MethodSource("targets")
    @Timeout(value = 60, unit = SECONDS)
    void answersWhateverIsSent(Target target) {
        assertThat(target.service().bind(target.call()).operation()).isNotEmpty();
        long seed = 20261120L + target.seed();
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var body = mutate(random, target.call().body());
            try {
                var bound = target.service().bind(target.call().withBody(body));
                target.service().validate(bound);
            } catch (Fault fault) {
                refused++;
                assertThat(fault.status()).isBetween(400, 499);
                var reply = target.service().reply(Wire.AWS_QUERY, fault, "id");
                assertThat(XmlElement.parse(reply.body()).name()).isEqualTo("ErrorResponse");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(
                        "seed " + seed + " round " + round + ": " + HexFormat.of().formatHex(body),
                        e);
            }
        }
        assertThat(refused).as("a fair part must be broken").isBetween(ROUNDS / 10, ROUNDS);
    }

    private static byte[] mutate(Random random, byte[] seed) {
        if (random.nextInt(10) == 0) {
            var bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            return bytes;
        }
        var bytes = seed;
        for (int i = random.nextInt(4) + 1; i > 0; i--) {
            bytes = mutateOnce(random, bytes);
        }
        return bytes;
    }

    private static byte[] mutateOnce(Random random, byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + random.nextInt(20));
        return switch (random.nextInt(6)) {
            case 0 -> {
                var flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> splice(bytes, at, to, new byte[0]);
            case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 4 -> {
                var charset = random.nextBoolean() ? UTF_8 : ISO_8859_1;
                var token = TOKENS.get(random.nextInt(TOKENS.size())).getBytes(charset);
                yield splice(bytes, at, random.nextBoolean() ? at : to, token);
            }
            default -> {
                int from = random.nextInt(bytes.length);
                int end = Math.min(bytes.length, from + random.nextInt(30));
                yield splice(bytes, at, to, Arrays.copyOfRange(bytes, from, end));
            }
        };
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] instead) {
        var out = new ByteArrayOutputStream(bytes.length + instead.length);
        out.write(bytes, 0, from);
        out.writeBytes(instead);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
