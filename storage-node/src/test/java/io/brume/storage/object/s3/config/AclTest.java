package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.CanonicalUser;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;

/** ACLs of buckets and objects: canned, in headers, as documents, and switched off. */
final class AclTest {
    private static final String OWNER = CanonicalUser.id(Door.OWNER);
    private static final String OTHER = CanonicalUser.id(Door.OTHER);
    private static final String TYPES = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

    private static String grant(String grantee, String permission) {
        return "<Grant>" + grantee + "<Permission>" + permission + "</Permission></Grant>";
    }

    private static String user(String id) {
        return "<Grantee" + TYPES + " xsi:type=\"CanonicalUser\"><ID>" + id + "</ID></Grantee>";
    }

    private static String policy(String owner, String grants) {
        return "<AccessControlPolicy><Owner><ID>"
                + owner
                + "</ID></Owner><AccessControlList>"
                + grants
                + "</AccessControlList></AccessControlPolicy>";
    }

    @Test
    void theOwnerAloneToBeginWith() {
        assertThat(Door.withBucket().call("GET", "/pictures?acl", ""))
                .isEqualTo("200 " + policy(OWNER, grant(user(OWNER), "FULL_CONTROL")));
    }

    @ParameterizedTest
    @CsvSource({
        "public-read, /AllUsers, READ",
        "public-read-write, /AllUsers, WRITE",
        "authenticated-read, /AuthenticatedUsers, READ",
        "log-delivery-write, /LogDelivery, READ_ACP",
    })
    void cannedOnes(String canned, String group, String permission) {
        var door = Door.withBucket();
        var headers = Map.of("x-amz-acl", canned);
        assertThat(door.call(Door.OWNER, "PUT", "/pictures?acl", headers, "")).isEqualTo("200");
        assertThat(door.call("GET", "/pictures?acl", ""))
                .contains(grant(user(OWNER), "FULL_CONTROL"))
                .containsPattern(
                        group + "</URI></Grantee><Permission>" + permission + "</Permission>");
    }

    @Test
    void ofHeaders() {
        var door = Door.withBucket();
        var headers =
                Map.of(
                        "x-amz-grant-full-control", "id=\"" + OWNER + "\"",
                        "x-amz-grant-read", "id=" + OTHER + ", uri=\"" + Acl.ALL_USERS + "\"");
        assertThat(door.call(Door.OWNER, "PUT", "/pictures?acl", headers, "")).isEqualTo("200");
        assertThat(door.call("GET", "/pictures?acl", ""))
                .contains(grant(user(OTHER), "READ"))
                .contains(Acl.ALL_USERS + "</URI></Grantee><Permission>READ</Permission>");
    }

    @Test
    void ofADocument() {
        var door = Door.withBucket();
        var document = policy(OWNER, grant(user(OWNER), "READ") + grant(user(OTHER), "WRITE_ACP"));
        assertThat(door.call("PUT", "/pictures?acl", document)).isEqualTo("200");
        assertThat(door.call("GET", "/pictures?acl", "")).isEqualTo("200 " + document);
    }

    @ParameterizedTest
    @CsvSource({
        "x-amz-acl, wrong, 400 InvalidArgument",
        "x-amz-acl, aws-exec-read, 501 NotImplemented",
        "x-amz-grant-read, id=1, 400 InvalidArgument",
        "x-amz-grant-read, uri=http://example.com, 400 InvalidArgument",
        "x-amz-grant-read, somebody, 400 InvalidArgument",
        "x-amz-grant-read, emailAddress=a@example.com, 400 UnresolvableGrantByEmailAddress",
        "x-other, x, 400 MissingSecurityHeader",
    })
    void wrongHeaders(String name, String value, String answer) {
        assertThat(
                        Door.withBucket()
                                .refusal(
                                        Door.OWNER,
                                        "PUT",
                                        "/pictures?acl",
                                        Map.of(name, value),
                                        ""))
                .isEqualTo(answer);
    }

    @Test
    void wrongDocuments() {
        var door = Door.withBucket();
        assertThat(door.refusal("PUT", "/pictures?acl", policy(OTHER, "")))
                .isEqualTo("403 AccessDenied");
        assertThat(
                        door.refusal(
                                "PUT",
                                "/pictures?acl",
                                policy(OWNER, grant(user(OWNER), "EVERYTHING"))))
                .isEqualTo("400 MalformedACLError");
        assertThat(
                        door.refusal(
                                Door.OWNER,
                                "PUT",
                                "/pictures?acl",
                                Map.of("x-amz-acl", "private"),
                                policy(OWNER, grant(user(OWNER), "READ"))))
                .isEqualTo("400 UnexpectedContent");
    }

    @Test
    void ofObjects() {
        var door = Door.withBucket();
        door.put("a", Door.OTHER, Map.of());
        assertThat(door.call(Door.OTHER, "GET", "/pictures/a?acl", Door.NO_HEADERS, ""))
                .isEqualTo("200 " + policy(OTHER, grant(user(OTHER), "FULL_CONTROL")));
        assertThat(door.refusal("GET", "/pictures/a?acl", "")).isEqualTo("403 AccessDenied");
        var headers = Map.of("x-amz-acl", "bucket-owner-full-control");
        assertThat(door.call(Door.OTHER, "PUT", "/pictures/a?acl", headers, "")).isEqualTo("200");
        assertThat(door.call("GET", "/pictures/a?acl", ""))
                .contains(grant(user(OWNER), "FULL_CONTROL"));
        assertThat(door.refusal("GET", "/pictures/b?acl", "")).isEqualTo("404 NoSuchKey");
    }

    @Test
    void areOffWhereTheOwnerIsEnforced() {
        var door =
                Door.withBucket(
                        false,
                        Map.of(
                                BucketSetting.OWNERSHIP_CONTROLS,
                                Ownership.document(ObjectOwnership.BUCKET_OWNER_ENFORCED)));
        door.put("a", Door.OTHER, Map.of());
        for (var there : new String[] {"/pictures?acl", "/pictures/a?acl"}) {
            assertThat(
                            door.refusal(
                                    Door.OWNER,
                                    "PUT",
                                    there,
                                    Map.of("x-amz-acl", "public-read"),
                                    ""))
                    .isEqualTo("400 AccessControlListNotSupported");
            assertThat(door.call("GET", there, ""))
                    .isEqualTo("200 " + policy(OWNER, grant(user(OWNER), "FULL_CONTROL")));
            assertThat(
                            door.call(
                                    Door.OWNER,
                                    "PUT",
                                    there,
                                    Map.of("x-amz-acl", "bucket-owner-full-control"),
                                    ""))
                    .isEqualTo("200");
            assertThat(door.call(Door.OWNER, "PUT", there, Map.of("x-amz-acl", "private"), ""))
                    .isEqualTo("200");
            var owners = policy(OWNER, grant(user(OWNER), "FULL_CONTROL"));
            assertThat(door.call("PUT", there, owners)).isEqualTo("200");
            assertThat(
                            door.refusal(
                                    "PUT",
                                    there,
                                    policy(OWNER, grant(user(OTHER), "FULL_CONTROL"))))
                    .isEqualTo("400 AccessControlListNotSupported");
        }
    }

    @Test
    void cannotBeSwitchedOffWhileTheyLetOthersIn() {
        var door = Door.withBucket();
        door.call(Door.OWNER, "PUT", "/pictures?acl", Map.of("x-amz-acl", "public-read"), "");
        assertThat(
                        door.refusal(
                                "PUT",
                                "/pictures?ownershipControls",
                                "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced"
                                        + "</ObjectOwnership></Rule></OwnershipControls>"))
                .isEqualTo("400 InvalidBucketAclWithObjectOwnership");
    }

    @Test
    void publicOnesAreBlocked() {
        var block = new PublicAccess(true, false, false, false).document();
        var door = Door.withBucket(false, Map.of(BucketSetting.PUBLIC_ACCESS_BLOCK, block));
        assertThat(
                        door.refusal(
                                Door.OWNER,
                                "PUT",
                                "/pictures?acl",
                                Map.of("x-amz-acl", "public-read"),
                                ""))
                .isEqualTo("403 AccessDenied");
        assertThat(
                        door.call(
                                Door.OWNER,
                                "PUT",
                                "/pictures?acl",
                                Map.of("x-amz-acl", "private"),
                                ""))
                .isEqualTo("200");
    }
}
