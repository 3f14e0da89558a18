package io.brume.control.api.ec2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.Signer;
import io.brume.control.api.ec2.TestCloud.Way;
import io.brume.control.domain.AccountId;
import io.brume.control.state.IssuedKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;

/**
 * The table of bad input: each row gets AWS's code and status, never a 5xx, and changes nothing,
 * through the pipeline and over HTTP.
 */
final class BadInputTest {
    private static final Pattern CODE = Pattern.compile("<Code>([^<]*)</Code>");
    private static final int OVERSIZE = 11 << 20;
    private static TestCloud cloud;
    private static IssuedKey key;
    private static Map<String, String> names;

    /** One row. */
    record Case(String name, String how, String request, String code, int status) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What came back. */
    private record Answer(int status, String body) {}

    @BeforeAll
    static void open() {
        cloud = new TestCloud();
        AccountId account = cloud.account().id();
        AccountId other = cloud.account().id();
        key = cloud.key(account);
        Ec2Client mine = cloud.ec2(Way.STRAIGHT, account);
        Ec2Client theirs = cloud.ec2(Way.STRAIGHT, other);
        Ec2Client operator = cloud.ec2(Way.STRAIGHT, TestCloud.OPERATOR);
        names = new HashMap<>();
        names.put("vpc", mine.describeVpcs().vpcs().getFirst().vpcId());
        names.put("foreignVpc", theirs.describeVpcs().vpcs().getFirst().vpcId());
        names.put("group", group(mine));
        names.put("foreignGroup", group(theirs));
        names.put("image", image(mine, "own"));
        names.put("foreignImage", image(theirs, "theirs"));
        names.put("publicImage", image(operator, "public"));
        operator.modifyImageAttribute(b ->
                b.imageId(names.get("publicImage"))
                        .attribute("launchPermission")
                        .operationType("add")
                        .userGroups("all"));
        names.put("key", mine.createKeyPair(b -> b.keyName("taken").keyType("ed25519")).keyName());
        Answer used =
                straight(
                        "signed",
                        "Action=ImportImage&ClientToken=used&DiskContainer.1.Url=file:///images/x");
        assertThat(used.status()).isEqualTo(200);
    }

    @AfterAll
    static void close() throws Exception {
        cloud.close();
    }

    private static String group(Ec2Client client) {
        String id =
                client.createSecurityGroup(b -> b.groupName("default-2").description("x"))
                        .groupId();
        client.authorizeSecurityGroupIngress(b ->
                b.groupId(id)
                        .ipPermissions(
                                IpPermission.builder()
                                        .ipProtocol("tcp")
                                        .fromPort(22)
                                        .toPort(22)
                                        .ipRanges(IpRange.builder().cidrIp("10.0.0.0/8").build())
                                        .build()));
        return id;
    }

    private static String image(Ec2Client client, String name) {
        return client.registerImage(b -> b.name(name).imageLocation("file:///images/" + name))
                .imageId();
    }

    static List<Case> cases() throws IOException {
        try (InputStream in = BadInputTest.class.getResourceAsStream("bad-input.txt")) {
            return Stream.of(
                            new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
                                    .split("\n"))
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(BadInputTest::read)
                    .toList();
        }
    }

    private static Case read(String line) {
        String[] cells =
                Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
        assertThat(cells).as(line).hasSize(5);
        return new Case(cells[0], cells[1], cells[2], cells[3], Integer.parseInt(cells[4]));
    }

    @Test
    void theTableHasAtLeastSixtyRows() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(60);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void throughThePipeline(Case row) {
        assumeTrue(!row.how().equals("oversized"), "the gateway bounds bodies");
        check(row, straight(row.how(), row.request()), cloud.store.revision());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void overHttp(Case row) throws Exception {
        long before = cloud.store.revision();
        check(row, http(row.how(), row.request()), before);
    }

    private static void check(Case row, Answer answer, long before) {
        Matcher code = CODE.matcher(answer.body());
        assertThat(code.find()).as(answer.body()).isTrue();
        assertThat(code.group(1)).as(answer.body()).isEqualTo(row.code());
        assertThat(answer.status()).isEqualTo(row.status());
        assertThat(cloud.store.revision()).as("nothing was committed").isEqualTo(before);
    }

    private static Answer straight(String how, String request) {
        URI uri = URI.create("http://cloud.test/");
        byte[] body = body(how, request);
        Map<String, List<String>> headers = new HashMap<>();
        headers(how, uri, body)
                .forEach((name, value) ->
                        headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        headers.put("host", List.of("cloud.test"));
        HttpReply reply = cloud.handle(new HttpCall("POST", "/", "", headers, sent(how, body)));
        return new Answer(reply.status(), new String(reply.body(), UTF_8));
    }

    private static Answer http(String how, String request) throws Exception {
        URI uri = cloud.endpoint().resolve("/");
        byte[] body = body(how, request);
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(sent(how, body)));
        headers(how, uri, body).forEach(builder::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        }
    }

    private static byte[] body(String how, String request) {
        String text = request;
        for (var name : names.entrySet()) {
            text = text.replace("{" + name.getKey() + "}", name.getValue());
        }
        StringBuilder all = new StringBuilder(text);
        if (how.equals("filters")) {
            for (int i = 1; i <= 201; i++) {
                all.append("&Filter.1.Value.").append(i).append("=vpc-").append(i);
            }
        }
        if (how.equals("oversized")) {
            all.append("&Padding=").append("x".repeat(OVERSIZE));
        }
        boolean form = !how.equals("json") && !how.equals("xml");
        if (form && !text.isEmpty() && !text.contains("Version=")) {
            all.append("&Version=2016-11-15");
        }
        return all.toString().getBytes(UTF_8);
    }

    /** What is sent of what was signed. */
    private static byte[] sent(String how, byte[] body) {
        return how.equals("tampered body")
                ? (new String(body, UTF_8) + "&MaxResults=5").getBytes(UTF_8)
                : body;
    }

    private static Map<String, String> headers(String how, URI uri, byte[] body) {
        String type =
                switch (how) {
                    case "json" -> "application/x-amz-json-1.1";
                    case "xml" -> "application/xml";
                    default -> "application/x-www-form-urlencoded; charset=utf-8";
                };
        Instant now = Instant.now();
        Instant when =
                switch (how) {
                    case "old" -> now.minus(Duration.ofHours(1));
                    case "future" -> now.plus(Duration.ofDays(1));
                    default -> now;
                };
        Secret secret =
                how.equals("wrong secret") ? Secret.of("another secret altogether") : key.secret();
        String id = how.equals("unknown key") ? "AKIAUNKNOWNUNKNOWN00" : key.id().value();
        String region = how.equals("wrong region") ? "mars-north-1" : "us-east-1";
        Map<String, String> headers = new TreeMap<>();
        headers.put("content-type", type);
        if (how.equals("unsigned")) {
            return headers;
        }
        Map<String, String> added =
                new Signer(id, secret, Optional.empty(), region, "ec2")
                        .sign("POST", uri, headers, body, when);
        headers.putAll(added);
        String authorization = Objects.requireNonNull(added.get("authorization"));
        switch (how) {
            case "tampered signature" -> headers.put("authorization", flipped(authorization));
            case "broken header" ->
                    headers.put("authorization", authorization.replaceAll(", Signature.*", ""));
            default -> headers.put("authorization", authorization);
        }
        return headers;
    }

    private static String flipped(String authorization) {
        int last = authorization.length() - 1;
        char other = authorization.charAt(last) == '0' ? '1' : '0';
        return authorization.substring(0, last) + other;
    }
}
