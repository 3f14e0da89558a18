package io.brume.storage.object.s3.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.Versioning;
import io.brume.storage.object.s3.CanonicalUser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Lines of access logs. */
final class AccessRecordTest {
    private static final AccountId OWNER = new AccountId("111122223333");
    private static final Bucket BUCKET =
            new Bucket(
                    new BucketName("pictures"),
                    1,
                    OWNER,
                    Instant.EPOCH,
                    "af-south-1",
                    Versioning.OFF,
                    false,
                    Map.of());

    private static String line(String agent, String operation, String query, Optional<String> key) {
        var head =
                new HttpCall(
                        "GET",
                        "/pictures/a%20b",
                        query,
                        Map.of(
                                "user-agent", List.of(agent),
                                "host", List.of("example.org:7000"),
                                "authorization", List.of("AWS4-HMAC-SHA256 secret")),
                        new byte[0]);
        return new AccessRecord(
                        head,
                        new AccessRecord.Who("192.0.2.7", "arn:aws:iam::111122223333:root", false),
                        "REQUEST",
                        "HOST",
                        operation,
                        key,
                        200,
                        Optional.empty(),
                        17,
                        OptionalLong.of(4711),
                        Instant.parse("2026-11-30T01:02:03Z"),
                        Duration.ofMillis(5))
                .line(BUCKET);
    }

    @Test
    void isAsAwsWritesIt() {
        assertThat(line("curl/8", "GetObject", "", Optional.of("a b")))
                .isEqualTo(
                        CanonicalUser.id(OWNER)
                                + " pictures [30/Nov/2026:01:02:03 +0000] 192.0.2.7"
                                + " arn:aws:iam::111122223333:root REQUEST REST.GET.OBJECT a%20b"
                                + " \"GET /pictures/a%20b HTTP/1.1\" 200 - 17 4711 5 5 \"-\""
                                + " \"curl/8\" - HOST SigV4 - AuthHeader example.org:7000 - - -");
    }

    @Test
    void namesTheVersionThatWasAskedFor() {
        assertThat(line("curl/8", "GetObject", "x=y&versionId=3HL4", Optional.of("a")))
                .contains(" \"curl/8\" 3HL4 HOST ");
    }

    @Test
    void nobodyWritesALineOfTheirOwn() {
        assertThat(line("a\" b\nforged \u00e4", "GetObject", "acl", Optional.of("k\n\"")))
                .doesNotContain("\n")
                .contains(" REST.GET.ACL k%0A%22 ")
                .contains(" \"a%22 b%0Aforged %C3%A4\" ");
    }
}
