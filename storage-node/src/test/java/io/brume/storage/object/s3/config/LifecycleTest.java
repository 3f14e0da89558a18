package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.storage.object.archive.Recast;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.data.InMemoryData;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What comes to an end, and when. */
final class LifecycleTest {
    /** Everything is put at noon of the 30th; a day of one hour ends at the full hour. */
    private static final Duration HOUR = Duration.ofHours(1);

    /** What is put second gets a later time, and the day after it ends later. */
    private static final Duration LATER = Duration.ofHours(2);

    private final Door door;
    private final InMemoryData data = new InMemoryData();
    private final Recast recast;

    LifecycleTest() {
        door = Door.withBucket();
        recast = new Recast(door.index, data);
    }

    private void rule(String filter, String... actions) {
        var rule =
                "<Rule><ID>r</ID><Filter>"
                        + filter
                        + "</Filter><Status>Enabled</Status>"
                        + String.join("", actions)
                        + "</Rule>";
        assertThat(
                        door.call(
                                "PUT",
                                "/pictures?lifecycle",
                                "<LifecycleConfiguration>" + rule + "</LifecycleConfiguration>"))
                .isEqualTo("200");
    }

    private LifecyclePass.Done pass(Duration later) {
        return new LifecyclePass(door.index, recast, Door.at(Door.NOW.plus(later)), HOUR)
                .run(door.bucket());
    }

    private String keys() {
        var page = door.index.listVersions(Door.PICTURES, new ListRequest("", "", "", "", 1000));
        return String.join(
                " ",
                page.items().stream()
                        .map(each ->
                                each.version().key()
                                        + (each.version().isDeleteMarker() ? "!" : "")
                                        + (each.latest() ? "" : "'"))
                        .toList());
    }

    private void versioning() {
        door.call("PUT", "/pictures?versioning", ConfigurationTest.versioning("Enabled"));
    }

    @Test
    void objectsExpireWithTheEndOfTheDay() {
        door.put("a/1", Door.OWNER, Map.of());
        door.put("b", Door.OWNER, Map.of());
        rule("<Prefix>a/</Prefix>", "<Expiration><Days>2</Days></Expiration>");
        assertThat(pass(Duration.ofHours(2).minusSeconds(1)))
                .isEqualTo(new LifecyclePass.Done(0, 0, 0, 0));
        assertThat(pass(Duration.ofHours(2))).isEqualTo(new LifecyclePass.Done(1, 0, 0, 0));
        assertThat(keys()).isEqualTo("b");
    }

    @Test
    void orOnADay() {
        door.put("a", Door.OWNER, Map.of());
        rule("", "<Expiration><Date>2026-12-02T00:00:00Z</Date></Expiration>");
        assertThat(pass(Duration.ofHours(35)).expired()).isZero();
        assertThat(pass(Duration.ofHours(36)).expired()).isEqualTo(1);
    }

    @Test
    void byTagAndSize() {
        door.put("a", Door.OWNER, Map.of("keep", "no"));
        door.put("b", Door.OWNER, Map.of("keep", "yes"));
        rule(
                "<And><Tag><Key>keep</Key><Value>no</Value></Tag>"
                        + "<ObjectSizeLessThan>1</ObjectSizeLessThan></And>",
                "<Expiration><Days>1</Days></Expiration>");
        assertThat(pass(HOUR).expired()).isEqualTo(1);
        assertThat(keys()).isEqualTo("b");
        rule(
                "<ObjectSizeGreaterThan>0</ObjectSizeGreaterThan>",
                "<Expiration><Days>1</Days></Expiration>");
        assertThat(pass(HOUR).expired()).isZero();
    }

    @Test
    void whereVersionsAreKeptAMarkerIsPutAndLaterCleanedUp() {
        versioning();
        door.put("a", Door.OWNER, Map.of());
        rule(
                "",
                "<Expiration><Days>1</Days></Expiration>",
                "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
                        + "</NoncurrentVersionExpiration>");
        assertThat(pass(HOUR)).isEqualTo(new LifecyclePass.Done(1, 0, 0, 0));
        assertThat(keys()).isEqualTo("a! a'");
        assertThat(pass(LATER)).isEqualTo(new LifecyclePass.Done(0, 1, 0, 0));
        assertThat(keys()).isEqualTo("a!");
        assertThat(pass(LATER)).isEqualTo(new LifecyclePass.Done(0, 1, 0, 0));
        assertThat(keys()).isEmpty();
    }

    @Test
    void someOlderVersionsMayBeKept() {
        versioning();
        for (int i = 0; i < 4; i++) {
            door.put("a", Door.OWNER, Map.of());
            door.put("b", Door.OWNER, Map.of());
        }
        rule(
                "",
                "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
                        + "<NewerNoncurrentVersions>2</NewerNoncurrentVersions>"
                        + "</NoncurrentVersionExpiration>");
        assertThat(pass(LATER).deleted()).isEqualTo(2);
        assertThat(keys()).isEqualTo("a a' a' b b' b'");
    }

    @Test
    void markersThatStandAloneAreCleanedUpAtOnce() {
        versioning();
        door.put("a", Door.OWNER, Map.of());
        door.index.delete(
                Door.PICTURES,
                new ObjectKey("a"),
                Door.OWNER,
                io.brume.storage.object.index.Condition.NONE);
        door.index.delete(
                Door.PICTURES,
                new ObjectKey("b"),
                Door.OWNER,
                io.brume.storage.object.index.Condition.NONE);
        rule(
                "",
                "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>"
                        + "</Expiration>");
        assertThat(pass(Duration.ZERO).deleted()).isEqualTo(1);
        assertThat(keys()).isEqualTo("a! a'");
    }

    @Test
    void uploadsAreAborted() {
        for (int i = 0; i < 3; i++) {
            door.index.beginUpload(
                    Door.PICTURES,
                    new Upload(
                            new ObjectKey(i == 0 ? "b" : "a"),
                            ("" + i).repeat(32),
                            Door.OWNER,
                            i == 1 ? Door.NOW.plus(HOUR) : Door.NOW,
                            StorageClass.STANDARD,
                            Optional.empty(),
                            false,
                            Map.of(),
                            Map.of(),
                            Map.of()));
        }
        rule(
                "<Prefix>a</Prefix>",
                "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
                        + "</AbortIncompleteMultipartUpload>");
        assertThat(pass(HOUR).aborted()).isEqualTo(1);
        assertThat(pass(LATER).aborted()).isEqualTo(1);
    }

    private ObjectVersion put(String key, int size) throws IOException {
        var blobs =
                ContentBytes.write(
                        data,
                        new BlobClaim(door.bucket().number(), new ObjectKey(key), Optional.empty()),
                        new byte[size],
                        size);
        var content =
                new ObjectContent(
                        size, "e", StorageClass.STANDARD, Optional.empty(), List.of(), blobs);
        return door.index.put(
                Door.PICTURES,
                new NewObject(
                        new ObjectKey(key), Door.OWNER, content, Map.of(), Map.of(), Map.of()),
                io.brume.storage.object.index.Condition.NONE);
    }

    private String classes() {
        var page = door.index.listVersions(Door.PICTURES, new ListRequest("", "", "", "", 1000));
        return String.join(
                " ",
                page.items().stream()
                        .map(each -> each.version().content().orElseThrow().storageClass().name())
                        .toList());
    }

    @Test
    void objectsMoveDownFromClassToClass() throws IOException {
        put("a", 200_000);
        put("b", 1000);
        rule(
                "",
                "<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>",
                "<Transition><Days>3</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition>");
        assertThat(pass(HOUR.minusSeconds(1)).moved()).isZero();
        assertThat(pass(HOUR)).isEqualTo(new LifecyclePass.Done(0, 0, 0, 1));
        assertThat(classes()).isEqualTo("GLACIER STANDARD");
        assertThat(pass(HOUR).moved()).isZero();
        assertThat(pass(HOUR.multipliedBy(3)).moved()).isEqualTo(1);
        assertThat(classes()).isEqualTo("DEEP_ARCHIVE STANDARD");
        var kept =
                door.index
                        .find(Door.PICTURES, new ObjectKey("a"), Optional.empty())
                        .flatMap(ObjectVersion::content)
                        .orElseThrow();
        assertThat(kept.size()).isEqualTo(200_000);
        assertThat(kept.blobs().getFirst().length()).isLessThan(1000);
        rule("", "<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>");
        assertThat(pass(HOUR.multipliedBy(9)).moved()).isZero();
    }

    @Test
    void smallOnesMoveWhereTheRuleSpeaksOfSizes() throws IOException {
        put("a", 10);
        rule(
                "<ObjectSizeGreaterThan>5</ObjectSizeGreaterThan>",
                "<Transition><Days>0</Days><StorageClass>GLACIER</StorageClass></Transition>");
        assertThat(pass(HOUR).moved()).isEqualTo(1);
        put("b", 0);
        data.failing(true);
        rule(
                "<ObjectSizeLessThan>50</ObjectSizeLessThan>",
                "<Transition><Days>1</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition>");
        assertThat(pass(LATER).moved()).isEqualTo(1);
        assertThat(classes()).isEqualTo("GLACIER DEEP_ARCHIVE");
        data.failing(false);
        assertThat(pass(LATER).moved()).isEqualTo(1);
    }

    @Test
    void olderVersionsMoveByThemselves() throws IOException {
        versioning();
        for (int i = 0; i < 3; i++) {
            put("a", 200_000);
        }
        rule(
                "",
                "<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays>"
                        + "<NewerNoncurrentVersions>1</NewerNoncurrentVersions>"
                        + "<StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition>");
        assertThat(pass(LATER).moved()).isEqualTo(1);
        assertThat(classes()).isEqualTo("STANDARD STANDARD GLACIER");
    }

    @Test
    void whatIsHeldStays() {
        var locked = Door.withBucket(true, Map.of());
        var held = locked.put("a", Door.OWNER, Map.of());
        locked.call("PUT", "/pictures/a?legal-hold", "<LegalHold><Status>ON</Status></LegalHold>");
        locked.put("a", Door.OWNER, Map.of());
        locked.call(
                "PUT",
                "/pictures?lifecycle",
                "<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status>"
                        + "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
                        + "</NoncurrentVersionExpiration></Rule></LifecycleConfiguration>");
        var pass =
                new LifecyclePass(
                        locked.index,
                        new Recast(locked.index, data),
                        Door.at(Instant.parse("2036-01-01T00:00:00Z")),
                        HOUR);
        assertThat(pass.run(locked.bucket()).deleted()).isZero();
        locked.index.set(
                Door.PICTURES,
                new ObjectKey("a"),
                Optional.of(held.versionId()),
                ObjectSetting.LEGAL_HOLD,
                Optional.empty(),
                false);
        assertThat(pass.run(locked.bucket()).deleted()).isEqualTo(1);
    }

    @Test
    void roundsReachEveryBucketWhileTheNodeLeads() {
        door.put("a", Door.OWNER, Map.of());
        rule("", "<Expiration><Days>1</Days></Expiration>");
        for (int i = 0; i < 120; i++) {
            var name = new BucketName("other-%03d".formatted(i));
            door.index.createBucket(name, Door.OTHER, "", false, Map.of());
        }
        var leads = new AtomicBoolean();
        var leading = Optional.of(new BucketRounds.Leading(door.index, door.index, door.index));
        try (var rounds =
                new BucketRounds(
                        "life cycles",
                        () -> leads.get() ? leading : Optional.empty(),
                        LifecyclePass.ofEach(data, Door.at(Door.NOW.plus(HOUR)), HOUR),
                        Duration.ofMillis(5))) {
            assertThat(keys()).isEqualTo("a");
            leads.set(true);
            await().atMost(Duration.ofSeconds(20)).until(() -> keys().isEmpty());
            assertThat(rounds).isNotNull();
        }
    }

    @Test
    void aBucketWithoutIsLeftAlone() {
        assertThat(door.bucket().document(BucketSetting.LIFECYCLE)).isEmpty();
        assertThat(pass(HOUR)).isEqualTo(new LifecyclePass.Done(0, 0, 0, 0));
    }
}
