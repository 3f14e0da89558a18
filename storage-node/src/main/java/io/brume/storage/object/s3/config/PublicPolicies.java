package io.brume.storage.object.s3.config;

import io.brume.common.policy.AddressBlock;
import io.brume.common.policy.Condition;
import io.brume.common.policy.Effect;
import io.brume.common.policy.Policy;
import io.brume.common.policy.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a policy lets everybody in, by AWS's rules: some statement allows something to anyone,
 * and no condition keeps that to values that are fixed.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status">
 * the meaning of public</a>.
 */
final class PublicPolicies {
    private static final Set<String> NARROWING =
            Set.of(
                    "aws:principalorgid",
                    "aws:principalorgpaths",
                    "aws:principalaccount",
                    "aws:principalarn",
                    "aws:sourcearn",
                    "aws:sourcevpc",
                    "aws:sourcevpce",
                    "aws:sourceowner",
                    "aws:sourceaccount",
                    "aws:userid",
                    "s3:dataaccesspointarn",
                    "s3:dataaccesspointaccount",
                    "s3:x-amz-server-side-encryption-aws-kms-key-id");
    private static final Set<String> EQUALITIES =
            Set.of("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike");
    private static final List<AddressBlock> PRIVATE =
            Stream.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
                    .flatMap(text -> AddressBlock.parse(text).stream())
                    .toList();
    private static final int WIDE_V4 = 8;
    private static final int WIDE_V6 = 32;
    private static final int BYTES_OF_V4 = 4;

    private PublicPolicies() {}

    static boolean isPublic(Policy policy) {
        return policy.statements().stream().anyMatch(PublicPolicies::isPublic);
    }

    private static boolean isPublic(Statement statement) {
        var principals = statement.principals().orElseThrow();
        return statement.effect() == Effect.ALLOW
                && (principals.anyone() || principals.negated())
                && statement.conditions().stream().noneMatch(PublicPolicies::narrows);
    }

    private static boolean narrows(Condition condition) {
        if (condition.isLenient() || condition.values().isEmpty()) {
            return false;
        }
        if (condition.operator().equals("IpAddress")) {
            return condition.key().equals("aws:sourceip")
                    && condition.values().stream().noneMatch(PublicPolicies::isWide);
        }
        return NARROWING.contains(condition.key())
                && EQUALITIES.contains(condition.operator())
                && condition.values().stream().allMatch(PublicPolicies::isFixed);
    }

    /** An organisation of the internet has that many addresses, not one of its networks. */
    private static boolean isWide(String text) {
        return AddressBlock.parse(text)
                .filter(block -> PRIVATE.stream().noneMatch(each -> each.contains(block)))
                .map(block ->
                        block.bits()
                                < (block.address().getAddress().length == BYTES_OF_V4
                                        ? WIDE_V4
                                        : WIDE_V6))
                .orElse(false);
    }

    private static boolean isFixed(String value) {
        return !value.contains("*") && !value.contains("?") && !value.contains("${");
    }
}
