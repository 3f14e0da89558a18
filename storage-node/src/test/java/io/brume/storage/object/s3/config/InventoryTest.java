package io.brume.storage.object.s3.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.storage.object.data.ContentReader.Run;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.s3.FileData;
import io.brume.storage.object.s3.delivery.Deliveries;
import io.brume.storage.object.s3.encryption.Encryptions;
import io.brume.storage.object.s3.inventory.InventoryPass;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bucket holds, written into another one when it is due. */
final class InventoryTest {
    private static final BucketName LISTS = new BucketName("lists");
    private static final Duration DAY = Duration.ofDays(1);
    private static final String POLICY =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},"
                + "\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::lists/*\",\"Condition\":{\"ArnLike\":{\"aws:SourceArn\":\"arn:aws:s3:::pictures\"},"
                + "\"StringEquals\":{\"aws:SourceAccount\":\"111122223333\",\"s3:x-amz-acl\":\"bucket-owner-full-control\"}}}]}";

    @TempDir private Path directory;
    private final Random random = new Random(1);
    private final Door door = Door.withBucket();
    private final Encryptions encryptions = Door.encryptions();

    InventoryTest() {
        door.index.createBucket(LISTS, Door.OWNER, "af-south-1", false, Map.of());
    }

    private static String configuration(String id, String versions, String frequency, String more) {
        return "<InventoryConfiguration><Destination><S3BucketDestination><Format>CSV</Format>"
                + "<Bucket>arn:aws:s3:::lists</Bucket><Prefix>of</Prefix>"
                + more
                + "</S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>"
                + id
                + "</Id><IncludedObjectVersions>"
                + versions
                + "</IncludedObjectVersions><OptionalFields><Field>Size</Field><Field>ETag</Field>"
                + "<Field>EncryptionStatus</Field></OptionalFields><Schedule><Frequency>"
                + frequency
                + "</Frequency></Schedule></InventoryConfiguration>";
    }

    private String set(String id, String document) {
        return door.refusal("PUT", "/pictures?inventory&id=" + id, document);
    }

    private List<String> keys() {
        return door.index.list(LISTS, new ListRequest("", "", "", "", 100)).items().stream()
                .map(version -> version.key().value())
                .toList();
    }

    private String text(FileData data, String key) throws IOException {
        var bucket = door.index.bucket(LISTS).orElseThrow();
        var version = door.index.find(LISTS, new ObjectKey(key), Optional.empty()).orElseThrow();
        var content = version.content().orElseThrow();
        var head = Door.head("GET", "/lists", Door.NO_HEADERS);
        var encryption =
                Door.caller(Optional.of(Door.OWNER), head)
                        .call(() -> encryptions.reading(head, bucket, version));
        var out = new ByteArrayOutputStream();
        try (var reader = Encryptions.read(data, encryption, content, 0, content.size())) {
            for (var run = reader.next(); run != null; run = reader.next()) {
                switch (run) {
                    case Run.Memory(var bytes) -> {
                        var some = new byte[bytes.remaining()];
                        bytes.get(some);
                        out.writeBytes(some);
                    }
                    case Run.Region(var file, var position, var length) -> {
                        var some = java.nio.ByteBuffer.allocate((int) length);
                        file.read(some, position);
                        out.writeBytes(some.array());
                    }
                }
            }
        }
        var bytes = out.toByteArray();
        return key.endsWith(".gz")
                ? new String(
                        new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), UTF_8)
                : new String(bytes, UTF_8);
    }

    private void pass(FileData data, Instant now) throws IOException {
        var deliveries = new Deliveries(door.index, data, encryptions);
        new InventoryPass(deliveries, Door.at(now), random, DAY)
                .run(new BucketRounds.Leading(door.index, door.index, door.index), door.bucket());
    }

    @Test
    void isSetListedAndTakenAway() {
        var one = configuration("one", "Current", "Daily", "");
        assertThat(set("one", one)).isEqualTo("200");
        assertThat(set("two", configuration("two", "All", "Weekly", ""))).isEqualTo("200");
        assertThat(door.call("GET", "/pictures?inventory&id=one", "")).contains("<Id>one</Id>");
        assertThat(door.call("GET", "/pictures?inventory", ""))
                .contains("<Id>one</Id>", "<Id>two</Id>", "<IsTruncated>false</IsTruncated>");
        assertThat(door.refusal("DELETE", "/pictures?inventory&id=one", "")).isEqualTo("204");
        assertThat(door.refusal("DELETE", "/pictures?inventory&id=one", ""))
                .isEqualTo("404 NoSuchConfiguration");
        assertThat(set("one", configuration("two", "All", "Daily", "")))
                .isEqualTo("400 InvalidArgument");
        assertThat(set("one", one.replace("CSV", "ORC"))).isEqualTo("501 NotImplemented");
        assertThat(set("one", one.replace(":::lists", ":::nobodys")))
                .isEqualTo("400 InvalidS3DestinationBucket");
        assertThat(
                        set(
                                "one",
                                configuration(
                                        "one",
                                        "All",
                                        "Daily",
                                        "<Encryption><SSE-KMS><KeyId>alias/mine</KeyId></SSE-KMS></Encryption>")))
                .isEqualTo("400 KMS.NotFoundException");
    }

    @Test
    void isWrittenOnceADayWhereThePolicyLetsIt() throws IOException {
        door.put("a b/ü", Door.OWNER, Map.of());
        door.put("z", Door.OWNER, Map.of());
        set(
                "one",
                configuration(
                        "one",
                        "Current",
                        "Daily",
                        "<Encryption><SSE-KMS><KeyId>alias/aws/s3</KeyId></SSE-KMS></Encryption>"));
        try (var data = new FileData(directory.resolve("bytes"))) {
            pass(data, Door.NOW);
            assertThat(keys()).isEmpty();
            assertThat(door.call("PUT", "/lists?policy", POLICY)).isEqualTo("200");
            pass(data, Door.NOW);
            var keys = keys();
            assertThat(keys).hasSize(4);
            assertThat(keys.get(0))
                    .isEqualTo("of/pictures/one/2026-11-30T00-00Z/manifest.checksum");
            assertThat(keys.get(1)).isEqualTo("of/pictures/one/2026-11-30T00-00Z/manifest.json");
            assertThat(keys.get(2)).startsWith("of/pictures/one/data/").endsWith(".csv.gz");
            assertThat(keys.get(3))
                    .isEqualTo("of/pictures/one/hive/dt=2026-11-30-00-00/symlink.txt");
            assertThat(text(data, keys.get(2)))
                    .isEqualTo(
                            """
                            "pictures","a%20b/%C3%BC","0","e","NOT-SSE"
                            "pictures","z","0","e","NOT-SSE"
                            """);
            assertThat(text(data, keys.get(1)))
                    .contains(
                            "\"fileSchema\" : \"Bucket, Key, Size, ETag, EncryptionStatus\"",
                            keys.get(2));
            assertThat(text(data, keys.get(3))).isEqualTo("s3://lists/" + keys.get(2) + "\n");
            pass(data, Door.NOW.plus(Duration.ofHours(11)));
            assertThat(keys()).isEqualTo(keys);
            pass(data, Door.NOW.plus(DAY));
            assertThat(keys()).hasSize(8);
        }
    }

    @Test
    void allVersionsAreWrittenOnSundays() throws IOException {
        door.call("PUT", "/pictures?versioning", ConfigurationTest.versioning("Enabled"));
        door.call("PUT", "/lists?policy", POLICY);
        var first = door.put("k", Door.OWNER, Map.of()).versionId();
        var second = door.put("k", Door.OWNER, Map.of()).versionId();
        set("all", configuration("all", "All", "Weekly", ""));
        try (var data = new FileData(directory.resolve("bytes"))) {
            pass(data, Door.NOW);
            var keys = keys();
            assertThat(keys.getFirst()).startsWith("of/pictures/all/2026-11-29T00-00Z/");
            assertThat(text(data, keys.get(2)))
                    .isEqualTo(
                            "\"pictures\",\"k\",\"%s\",\"true\",\"false\",\"0\",\"e\",\"NOT-SSE\"\n\"pictures\",\"k\",\"%s\",\"false\",\"false\",\"0\",\"e\",\"NOT-SSE\"\n"
                                    .formatted(second, first));
            pass(data, Instant.parse("2026-12-05T23:59:00Z"));
            assertThat(keys()).isEqualTo(keys);
            pass(data, Instant.parse("2026-12-06T00:00:00Z"));
            assertThat(keys()).hasSize(8);
        }
    }
}
