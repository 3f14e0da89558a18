package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.storage.object.model.BucketSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What policies a bucket may have, and which of them are public. */
final class BucketPolicyTest {
    private static final String THERE = "/pictures?policy";

    static String policy(String principal, String action, String resource, String condition) {
        return ("{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Principal':%s,"
                        + "'Action':'%s','Resource':'%s'%s}]}")
                .formatted(
                        principal,
                        action,
                        resource,
                        condition.isEmpty() ? "" : ",'Condition':" + condition)
                .replace('\'', '"');
    }

    @Test
    void isGivenBackAsItWas() {
        var door = Door.withBucket();
        var policy = policy("'*'", "s3:GetObject", "arn:aws:s3:::pictures/*", "");
        assertThat(door.call("PUT", THERE, policy)).isEqualTo("200");
        assertThat(door.call("GET", THERE, "")).isEqualTo("200 " + policy);
        assertThat(door.call("GET", "/pictures?policyStatus", ""))
                .isEqualTo("200 <PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>");
        assertThat(door.call("DELETE", THERE, "")).isEqualTo("204");
        assertThat(door.refusal("GET", THERE, "")).isEqualTo("404 NoSuchBucketPolicy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "s3:GetObject; arn:aws:s3:::pictures/*; ``; fine",
                "s3:ListBucket; arn:aws:s3:::pictures; ``; fine",
                "s3:*; arn:aws:s3:::pictures*; ``; fine",
                "*; arn:aws:s3:::*; ``; fine",
                "s3:ListBucket; arn:aws:s3:::pictures/*; ``; Action does not apply to any"
                        + " resource(s) in statement",
                "s3:GetObject; arn:aws:s3:::pictures; ``; Action does not apply to any resource(s)"
                        + " in statement",
                "s3:GetObject; arn:aws:s3:::other/*; ``; Policy has invalid resource",
                "s3:GetObject; arn:aws:s3:::picturesque/*; ``; Policy has invalid resource",
                "s3:Dance; arn:aws:s3:::pictures/*; ``; Policy has invalid action",
                "sqs:*; arn:aws:s3:::pictures/*; ``; Policy has invalid action",
                "s3:GetObject; arn:aws:s3:::pictures/*; {'StringEquals':{'s3:colour':'red'}};"
                        + " Policy has an invalid condition key",
                "s3:GetObject; arn:aws:s3:::pictures/*;"
                        + " {'StringEquals':{'s3:ExistingObjectTag/a':'b'}}; fine",
            })
    void mustBeAboutTheBucket(String action, String resource, String condition, String message) {
        var policy = policy("'*'", action, resource, condition);
        if (message.equals("fine")) {
            assertThat(BucketPolicies.checked(policy, Door.PICTURES).statements()).hasSize(1);
        } else {
            assertThatThrownBy(() -> BucketPolicies.checked(policy, Door.PICTURES))
                    .hasMessage(message);
            assertThat(Door.withBucket().refusal("PUT", THERE, policy))
                    .isEqualTo("400 MalformedPolicy");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'*'; ``; true",
                "{'AWS':'*'}; ``; true",
                "{'AWS':'444455556666'}; ``; false",
                "'*'; {'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}}; false",
                "'*'; {'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}; false",
                "'*'; {'IpAddress':{'aws:SourceIp':'0.0.0.0/1'}}; true",
                "'*'; {'IpAddress':{'aws:SourceIp':['192.0.2.0/24','::/0']}}; true",
                "'*'; {'IpAddressIfExists':{'aws:SourceIp':'192.0.2.0/24'}}; true",
                "'*'; {'NotIpAddress':{'aws:SourceIp':'192.0.2.0/24'}}; true",
                "'*'; {'StringEquals':{'aws:PrincipalAccount':'444455556666'}}; false",
                "'*'; {'StringLike':{'aws:PrincipalAccount':'4*'}}; true",
                "'*'; {'StringNotEquals':{'aws:PrincipalAccount':'444455556666'}}; true",
                "'*'; {'ForAllValues:StringEquals':{'aws:PrincipalAccount':'444455556666'}}; true",
                "'*'; {'StringEquals':{'aws:Referer':'me'}}; true",
                "'*'; {'Bool':{'aws:SecureTransport':'true'}}; true",
            })
    void isPublicWhenAnyoneIsLetInByNoFixedValue(
            String principal, String condition, boolean isPublic) {
        var text = policy(principal, "s3:GetObject", "arn:aws:s3:::pictures/*", condition);
        var policy = BucketPolicies.checked(text, Door.PICTURES);
        assertThat(PublicPolicies.isPublic(policy)).isEqualTo(isPublic);
        var denies = BucketPolicies.checked(text.replace("\"Allow\"", "\"Deny\""), Door.PICTURES);
        assertThat(PublicPolicies.isPublic(denies)).isFalse();
    }

    @Test
    void publicOnesAreBlocked() {
        var block = new PublicAccess(false, false, true, false).document();
        var door = Door.withBucket(false, Map.of(BucketSetting.PUBLIC_ACCESS_BLOCK, block));
        assertThat(
                        door.refusal(
                                "PUT",
                                THERE,
                                policy("'*'", "s3:GetObject", "arn:aws:s3:::pictures/*", "")))
                .isEqualTo("403 AccessDenied");
        assertThat(
                        door.refusal(
                                "PUT",
                                THERE,
                                policy(
                                        "{'AWS':'444455556666'}",
                                        "s3:GetObject",
                                        "arn:aws:s3:::pictures/*",
                                        "")))
                .isEqualTo("200");
    }
}
