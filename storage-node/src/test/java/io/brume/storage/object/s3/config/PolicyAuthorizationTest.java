package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.s3.AccessContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;

/** Who may, by policy, by ACL, and in spite of both. */
final class PolicyAuthorizationTest {
    private static final Optional<AccountId> OWNER = Optional.of(Door.OWNER);
    private static final Optional<AccountId> OTHER = Optional.of(Door.OTHER);
    private static final Optional<AccountId> STRANGER = Optional.empty();
    private static final Optional<ObjectKey> KEY = Optional.of(new ObjectKey("a"));
    private static final Optional<ObjectKey> NO_KEY = Optional.empty();
    private static final String OBJECTS = "arn:aws:s3:::pictures/*";

    private final Map<String, String> headers = new HashMap<>();
    private AccessContext access = AccessContext.NONE;
    private String query = "";

    private boolean may(
            Door door, Optional<AccountId> who, String action, Optional<ObjectKey> key) {
        var target = "/pictures" + key.map(each -> "/" + each.value()).orElse("") + query;
        var caller = Door.caller(who, Door.head("GET", target, headers));
        try {
            door.authorization.demand(caller, action, door.bucket(), key, access);
            return true;
        } catch (Fault fault) {
            assertThat(fault.code()).isEqualTo("AccessDenied");
            return false;
        }
    }

    private static Door with(String policy) {
        return Door.withBucket(
                false,
                Map.of(
                        BucketSetting.POLICY,
                        policy,
                        BucketSetting.OWNERSHIP_CONTROLS,
                        Ownership.document(ObjectOwnership.BUCKET_OWNER_ENFORCED)));
    }

    private static Door allowing(String principal, String condition) {
        return with(
                BucketPolicyTest.policy(principal, "s3:*", "arn:aws:s3:::pictures*", condition));
    }

    private static Door denying(String condition) {
        return with(
                BucketPolicyTest.policy("'*'", "s3:*", "arn:aws:s3:::pictures*", condition)
                        .replace("\"Allow\"", "\"Deny\""));
    }

    @Test
    void withoutPolicyTheOwnerAlone() {
        var door = Door.withBucket();
        assertThat(may(door, OWNER, "s3:GetObject", KEY)).isTrue();
        assertThat(may(door, OTHER, "s3:GetObject", KEY)).isFalse();
        assertThat(may(door, STRANGER, "s3:GetObject", KEY)).isFalse();
    }

    @Test
    void aPolicyLetsInWhomItNames() {
        var policy = BucketPolicyTest.policy("{'AWS':'444455556666'}", "s3:GetObject", OBJECTS, "");
        var door = with(policy);
        assertThat(may(door, OTHER, "s3:GetObject", KEY)).isTrue();
        assertThat(may(door, OTHER, "s3:PutObject", KEY)).isFalse();
        assertThat(may(door, OTHER, "s3:ListBucket", NO_KEY)).isFalse();
        assertThat(may(door, STRANGER, "s3:GetObject", KEY)).isFalse();
        assertThat(may(allowing("'*'", ""), STRANGER, "s3:GetObject", KEY)).isTrue();
    }

    @Test
    void whatIsForbiddenIsForbiddenToTheOwnerTooButForThePolicyItself() {
        var door = denying("{'Bool':{'aws:SecureTransport':'true'}}");
        assertThat(may(door, OWNER, "s3:GetObject", KEY)).isFalse();
        assertThat(may(door, OWNER, "s3:DeleteBucketPolicy", NO_KEY)).isTrue();
        assertThatThrownBy(() ->
                        door.authorization.demand(
                                Door.caller(OWNER, Door.head("GET", "/pictures/a", headers)),
                                "s3:GetObject",
                                door.bucket(),
                                KEY,
                                access))
                .hasMessageContaining("explicit deny")
                .hasMessageContaining("statement #1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}}; true",
                "{'IpAddress':{'aws:SourceIp':'198.51.100.0/24'}}; false",
                "{'Bool':{'aws:SecureTransport':'true'}}; true",
                "{'StringEquals':{'aws:PrincipalAccount':'444455556666'}}; true",
                "{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::444455556666:root'}}; true",
                "{'StringEquals':{'aws:ResourceAccount':'111122223333'}}; true",
                "{'StringEquals':{'aws:RequestedRegion':'af-south-1'}}; true",
                "{'DateGreaterThan':{'aws:CurrentTime':'2026-11-30T11:59:59Z'}}; true",
                "{'StringLike':{'aws:Referer':'https://example.com/*'}}; true",
                "{'StringEquals':{'aws:UserAgent':'test'}}; true",
                "{'StringEquals':{'s3:prefix':'home/ana b/'}}; true",
                "{'StringEquals':{'s3:delimiter':'/'}}; true",
                "{'NumericLessThanEquals':{'s3:max-keys':'10'}}; true",
                "{'NumericLessThanEquals':{'s3:max-keys':'9'}}; false",
                "{'StringEquals':{'s3:VersionId':'v'}}; true",
                "{'StringEquals':{'s3:x-amz-acl':'public-read'}}; true",
                "{'StringNotEquals':{'s3:x-amz-acl':'public-read'}}; false",
                "{'Null':{'s3:x-amz-server-side-encryption':'true'}}; true",
                "{'StringEquals':{'s3:ExistingObjectTag/Team':'red'}}; true",
                "{'StringEquals':{'s3:ExistingObjectTag/team':'blue'}}; false",
                "{'StringEquals':{'s3:RequestObjectTag/size':'1'}}; true",
                "{'ForAllValues:StringEquals':{'s3:RequestObjectTagKeys':['size','colour']}}; true",
                "{'ForAllValues:StringEquals':{'s3:RequestObjectTagKeys':['colour']}}; false",
                "{'StringEquals':{'s3:authType':'REST-HEADER'}}; true",
                "{'StringEquals':{'s3:signatureversion':'AWS4-HMAC-SHA256'}}; true",
                "{'NumericLessThan':{'s3:signatureAge':'60001'}}; true",
                "{'NumericLessThan':{'s3:signatureAge':'60000'}}; false",
                "{'NumericGreaterThan':{'s3:object-lock-remaining-retention-days':'8'}}; true",
                "{'NumericGreaterThan':{'s3:object-lock-remaining-retention-days':'9'}}; false",
                "{'StringEquals':{'s3:if-none-match':'*'}}; true",
            })
    void conditions(String condition, boolean holds) {
        query = "?prefix=home%2Fana+b/&delimiter=/&max-keys=10&versionId=v";
        headers.put("referer", "https://example.com/page");
        headers.put("user-agent", "test");
        headers.put("x-amz-acl", "public-read");
        headers.put("x-amz-date", "20261130T115900Z");
        headers.put("x-amz-object-lock-retain-until-date", "2026-12-09T12:00:00Z");
        headers.put("if-none-match", "*");
        headers.put("authorization", "AWS4-HMAC-SHA256 Credential=...");
        var door = allowing("'*'", condition);
        var version = door.put("a", Door.OWNER, Map.of("Team", "red"));
        access = new AccessContext(Map.of("size", "1"), () -> Optional.of(version));
        assertThat(may(door, OTHER, "s3:GetObject", KEY)).isEqualTo(holds);
    }

    @Test
    void aPublicPolicyIsRestrictedToTheOwnersAccount() {
        var policy = BucketPolicyTest.policy("'*'", "s3:GetObject", OBJECTS, "");
        var block = new PublicAccess(false, false, false, true).document();
        var door =
                Door.withBucket(
                        false,
                        Map.of(
                                BucketSetting.POLICY,
                                policy,
                                BucketSetting.PUBLIC_ACCESS_BLOCK,
                                block));
        assertThat(may(door, OTHER, "s3:GetObject", KEY)).isFalse();
        assertThat(may(door, OWNER, "s3:GetObject", KEY)).isTrue();
    }

    private ObjectVersion look(Door door, String key, AccountId owner) {
        var version = door.put(key, owner, Map.of());
        access = AccessContext.of(Optional.of(version));
        return version;
    }

    @Test
    void anotherAccountsObjectIsNotTheBucketOwnersToRead() {
        var door = Door.withBucket();
        look(door, "a", Door.OTHER);
        assertThat(may(door, OWNER, "s3:GetObject", KEY)).isFalse();
        assertThat(may(door, OWNER, "s3:DeleteObject", KEY)).isTrue();
        assertThat(may(door, OTHER, "s3:GetObject", KEY)).isTrue();
        assertThat(may(door, OTHER, "s3:DeleteObject", KEY)).isFalse();
        var enforced = allowing("{'AWS':'444455556666'}", "");
        look(enforced, "a", Door.OTHER);
        assertThat(may(enforced, OWNER, "s3:GetObject", KEY)).isTrue();
    }

    @Test
    void anAclLetsInWhomItGrants() {
        var door = Door.withBucket();
        door.call(Door.OWNER, "PUT", "/pictures?acl", Map.of("x-amz-acl", "public-read"), "");
        assertThat(may(door, STRANGER, "s3:ListBucket", NO_KEY)).isTrue();
        assertThat(may(door, STRANGER, "s3:PutObject", KEY)).isFalse();
        look(door, "a", Door.OWNER);
        assertThat(may(door, STRANGER, "s3:GetObject", KEY)).isFalse();
        door.call(
                Door.OWNER,
                "PUT",
                "/pictures/a?acl",
                Map.of("x-amz-acl", "authenticated-read"),
                "");
        access =
                AccessContext.of(
                        door.index.find(Door.PICTURES, new ObjectKey("a"), Optional.empty()));
        assertThat(may(door, STRANGER, "s3:GetObject", KEY)).isFalse();
        assertThat(may(door, OTHER, "s3:GetObject", KEY)).isTrue();
        assertThat(may(door, OTHER, "s3:GetObjectAcl", KEY)).isFalse();
        var block = new PublicAccess(false, true, false, false).document();
        door.index.configure(Door.PICTURES, BucketSetting.PUBLIC_ACCESS_BLOCK, Optional.of(block));
        assertThat(may(door, OTHER, "s3:GetObject", KEY)).isFalse();
        assertThat(may(door, STRANGER, "s3:ListBucket", NO_KEY)).isFalse();
    }
}
