package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectSetting;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;

/** Locks, retentions and holds, and what new objects and buckets get. */
final class ObjectLockTest {
    private static final String LOCK = "/pictures?object-lock";
    private static final String RETENTION = "/pictures/a?retention";
    private static final String HOLD = "/pictures/a?legal-hold";
    private static final String RULE =
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>"
                    + "<DefaultRetention><Mode>GOVERNANCE</Mode><Days>2</Days></DefaultRetention>"
                    + "</Rule></ObjectLockConfiguration>";

    private static Door locked() {
        var door = Door.withBucket(true, Map.of());
        door.put("a", Door.OWNER, Map.of());
        return door;
    }

    private static String retention(String mode, String until) {
        return "<Retention><Mode>"
                + mode
                + "</Mode><RetainUntilDate>"
                + until
                + "</RetainUntilDate></Retention>";
    }

    @Test
    void ofABucket() {
        var door = locked();
        assertThat(door.call("GET", LOCK, ""))
                .isEqualTo(
                        "200 <ObjectLockConfiguration><ObjectLockEnabled>Enabled"
                                + "</ObjectLockEnabled></ObjectLockConfiguration>");
        assertThat(door.call("PUT", LOCK, RULE)).isEqualTo("200");
        assertThat(door.call("GET", LOCK, "")).isEqualTo("200 " + RULE);
        assertThat(
                        door.refusal(
                                "PUT",
                                "/pictures?versioning",
                                ConfigurationTest.versioning("Suspended")))
                .isEqualTo("409 InvalidBucketState");
        assertThat(Door.withBucket().refusal("PUT", LOCK, RULE))
                .isEqualTo("409 InvalidBucketState");
    }

    @ParameterizedTest
    @CsvSource({
        "<Mode>GOVERNANCE</Mode><Days>0</Days>, 400 InvalidArgument",
        "<Mode>GOVERNANCE</Mode><Years>101</Years>, 400 InvalidArgument",
        "<Mode>GOVERNANCE</Mode>, 400 MalformedXML",
        "<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>, 400 MalformedXML",
        "<Mode>SOMEHOW</Mode><Days>1</Days>, 400 MalformedXML",
    })
    void wrongRules(String retention, String answer) {
        var document =
                "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>"
                        + "<DefaultRetention>"
                        + retention
                        + "</DefaultRetention></Rule></ObjectLockConfiguration>";
        assertThat(locked().refusal("PUT", LOCK, document)).isEqualTo(answer);
    }

    @Test
    void ofAnObject() {
        var door = locked();
        assertThat(door.refusal("GET", RETENTION, ""))
                .isEqualTo("404 NoSuchObjectLockConfiguration");
        var week = retention("GOVERNANCE", "2026-12-07T12:00:00Z");
        assertThat(door.call("PUT", RETENTION, week)).isEqualTo("200");
        assertThat(door.call("GET", RETENTION, "")).isEqualTo("200 " + week);
        var day = retention("GOVERNANCE", "2026-12-01T12:00:00Z");
        assertThat(door.refusal("PUT", RETENTION, day)).isEqualTo("403 AccessDenied");
        var bypass = Map.of("x-amz-bypass-governance-retention", "true");
        assertThat(door.call(Door.OWNER, "PUT", RETENTION, bypass, day)).isEqualTo("200");
        assertThat(door.refusal("PUT", RETENTION, retention("GOVERNANCE", "2026-11-30T12:00:00Z")))
                .isEqualTo("400 InvalidArgument");
        assertThat(door.refusal("PUT", RETENTION, "<Retention><Mode>GOVERNANCE</Mode></Retention>"))
                .isEqualTo("400 MalformedXML");
        assertThat(door.refusal("PUT", RETENTION, retention("SOMEHOW", "2027-01-01T00:00:00Z")))
                .isEqualTo("400 MalformedXML");
    }

    @Test
    void holds() {
        var door = locked();
        assertThat(door.refusal("GET", HOLD, "")).isEqualTo("404 NoSuchObjectLockConfiguration");
        assertThat(door.call("PUT", HOLD, "<LegalHold><Status>ON</Status></LegalHold>"))
                .isEqualTo("200");
        assertThat(door.call("GET", HOLD, ""))
                .isEqualTo("200 <LegalHold><Status>ON</Status></LegalHold>");
        door.call("PUT", HOLD, "<LegalHold><Status>OFF</Status></LegalHold>");
        assertThat(door.refusal("GET", HOLD, "")).startsWith("404");
    }

    @Test
    void withoutLock() {
        var door = Door.withBucket();
        door.put("a", Door.OWNER, Map.of());
        assertThat(door.refusal("GET", RETENTION, "")).isEqualTo("400 InvalidRequest");
        assertThat(door.refusal("GET", HOLD, "")).isEqualTo("400 InvalidRequest");
    }

    private static Map<ObjectSetting, String> settings(Door door, Map<String, String> headers) {
        var head = Door.head("PUT", "/pictures/a", headers);
        return new ConfiguredObjectRules(Door.TIME)
                .settings(Door.caller(Optional.of(Door.OWNER), head), door.bucket());
    }

    @Test
    void newObjectsGetTheBucketsRetentionOrTheirOwn() {
        var door = locked();
        assertThat(settings(door, Map.of())).isEmpty();
        door.call("PUT", LOCK, RULE);
        assertThat(settings(door, Map.of()))
                .isEqualTo(Map.of(ObjectSetting.RETENTION, "GOVERNANCE 2026-12-02T12:00:00Z"));
        assertThat(
                        settings(
                                door,
                                Map.of(
                                        "x-amz-object-lock-mode", "COMPLIANCE",
                                        "x-amz-object-lock-retain-until-date",
                                                "2027-01-01T00:00:00Z",
                                        "x-amz-object-lock-legal-hold", "ON")))
                .isEqualTo(
                        Map.of(
                                ObjectSetting.RETENTION, "COMPLIANCE 2027-01-01T00:00:00Z",
                                ObjectSetting.LEGAL_HOLD, "ON"));
        assertThatThrownBy(() -> settings(door, Map.of("x-amz-object-lock-mode", "COMPLIANCE")))
                .hasMessageContaining("must both be supplied");
        assertThatThrownBy(() ->
                        settings(Door.withBucket(), Map.of("x-amz-object-lock-legal-hold", "ON")))
                .hasMessageContaining("missing Object Lock");
    }

    @Test
    void newObjectsGetTheAclAndTheOwnerThatTheBucketLetsThem() {
        var door = Door.withBucket();
        assertThat(settings(door, Map.of("x-amz-acl", "public-read")).get(ObjectSetting.ACL))
                .contains(Acl.ALL_USERS);
        var rules = new ConfiguredObjectRules(Door.TIME);
        var other =
                Door.caller(
                        Optional.of(Door.OTHER),
                        Door.head(
                                "PUT",
                                "/pictures/a",
                                Map.of("x-amz-acl", "bucket-owner-full-control")));
        assertThat(rules.owner(other, door.bucket())).isEqualTo(Door.OTHER);
        for (var ownership :
                new ObjectOwnership[] {
                    ObjectOwnership.BUCKET_OWNER_PREFERRED, ObjectOwnership.BUCKET_OWNER_ENFORCED
                }) {
            door.index.configure(
                    Door.PICTURES,
                    BucketSetting.OWNERSHIP_CONTROLS,
                    Optional.of(Ownership.document(ownership)));
            assertThat(rules.owner(other, door.bucket())).isEqualTo(Door.OWNER);
        }
        assertThatThrownBy(() -> settings(door, Map.of("x-amz-acl", "public-read")))
                .hasMessage("The bucket does not allow ACLs");
    }

    private static Map<BucketSetting, String> documents(
            ObjectOwnership ownership, Map<String, String> headers) {
        var caller = Door.caller(Optional.of(Door.OWNER), Door.head("PUT", "/pictures", headers));
        var request = CreateBucketRequest.builder().bucket("pictures").objectOwnership(ownership);
        return caller.call(() -> new NewBuckets().documents(request.build()));
    }

    @Test
    void newBucketsAreClosed() {
        var plain = CreateBucketRequest.builder().bucket("pictures").build();
        var caller = Door.caller(Optional.of(Door.OWNER), Door.head("PUT", "/pictures", Map.of()));
        var door = Door.withBucket(false, caller.call(() -> new NewBuckets().documents(plain)));
        assertThat(Ownership.isEnforced(door.bucket())).isTrue();
        assertThat(PublicAccess.of(door.bucket())).isEqualTo(PublicAccess.BLOCKED);
    }

    @Test
    void newBucketsHaveAnAclOnlyWhereItCounts() {
        var open = Map.of("x-amz-acl", "public-read");
        assertThatThrownBy(() -> documents(ObjectOwnership.BUCKET_OWNER_ENFORCED, open))
                .hasMessageContaining("BucketOwnerEnforced");
        assertThatThrownBy(() -> documents(ObjectOwnership.OBJECT_WRITER, open))
                .hasMessageContaining("BlockPublicAccess");
        assertThat(documents(ObjectOwnership.OBJECT_WRITER, Map.of("x-amz-acl", "private")))
                .containsKey(BucketSetting.ACL);
        assertThat(documents(ObjectOwnership.BUCKET_OWNER_ENFORCED, Map.of("x-amz-acl", "private")))
                .doesNotContainKey(BucketSetting.ACL);
    }
}
