package io.brume.storage.object.s3.config;

import io.brume.storage.object.s3.S3Faults;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.BucketLifecycleConfiguration;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;

/**
 * What a life cycle must be, and what of AWS's this cloud carries out: expiry and moves to other
 * storage classes, of current and older versions, and the abort of uploads.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html">elements
 * of a life cycle</a>.
 */
final class LifecycleChecks {
    private static final int MOST_RULES = 1000;
    private static final int LONGEST_ID = 255;
    static final int MOST_VERSIONS_KEPT = 100;
    private static final HexFormat HEX = HexFormat.of();

    private LifecycleChecks() {}

    /**
     * The same life cycle, with a name for each rule that has none.
     *
     * @throws io.brume.common.aws.Fault in S3's words
     */
    static BucketLifecycleConfiguration checked(BucketLifecycleConfiguration lifecycle) {
        if (lifecycle.rules().isEmpty() || lifecycle.rules().size() > MOST_RULES) {
            throw S3Faults.malformedXml();
        }
        var ids = new HashSet<String>();
        var rules = new ArrayList<LifecycleRule>();
        for (var rule : lifecycle.rules()) {
            demandValid(rule);
            var named =
                    rule.id() == null || rule.id().isEmpty()
                            ? rule.copy(each -> each.id(generatedId(rules.size())))
                            : rule;
            if (named.id().length() > LONGEST_ID) {
                throw S3Faults.invalidArgument("ID length should not exceed allowed limit of 255");
            }
            if (!ids.add(named.id())) {
                throw S3Faults.invalidArgument(
                        "Rule ID must be unique. Found same ID for more than one rule");
            }
            rules.add(named);
        }
        return BucketLifecycleConfiguration.builder().rules(rules).build();
    }

    private static String generatedId(int number) {
        return "rule-" + HEX.toHexDigits(System.nanoTime()) + "-" + number;
    }

    private static void demandValid(LifecycleRule rule) {
        var filter = rule.filter();
        boolean old = LifecycleFilter.oldPrefix(rule) != null;
        if (rule.status() == null || old == (filter != null)) {
            throw S3Faults.malformedXml();
        }
        if (filter != null) {
            demandValid(filter);
        }
        LifecycleTransitions.demandValid(rule);
        if (rule.transitions().isEmpty()
                && rule.noncurrentVersionTransitions().isEmpty()
                && rule.expiration() == null
                && rule.noncurrentVersionExpiration() == null
                && rule.abortIncompleteMultipartUpload() == null) {
            throw S3Faults.invalidRequest("At least one action needs to be specified in a rule");
        }
        boolean byTagOrSize = filter != null && isByTagOrSize(filter);
        expiration(rule, byTagOrSize);
        noncurrent(rule);
        var abort = rule.abortIncompleteMultipartUpload();
        if (abort != null) {
            demandPositive(abort.daysAfterInitiation(), "AbortIncompleteMultipartUpload");
            if (byTagOrSize) {
                throw S3Faults.invalidRequest(
                        "AbortIncompleteMultipartUpload cannot be specified"
                                + " with Tags or object sizes.");
            }
        }
    }

    private static void demandValid(LifecycleRuleFilter filter) {
        long said =
                Stream.of(
                                filter.prefix(),
                                filter.tag(),
                                filter.and(),
                                filter.objectSizeGreaterThan(),
                                filter.objectSizeLessThan())
                        .filter(Objects::nonNull)
                        .count();
        if (said > 1) {
            throw S3Faults.malformedXml();
        }
        var and = filter.and();
        if (and != null
                && and.prefix() == null
                && and.tags().isEmpty()
                && and.objectSizeGreaterThan() == null
                && and.objectSizeLessThan() == null) {
            throw S3Faults.malformedXml();
        }
    }

    private static boolean isByTagOrSize(LifecycleRuleFilter filter) {
        var and = filter.and();
        return filter.tag() != null
                || filter.objectSizeGreaterThan() != null
                || filter.objectSizeLessThan() != null
                || (and != null
                        && (!and.tags().isEmpty()
                                || and.objectSizeGreaterThan() != null
                                || and.objectSizeLessThan() != null));
    }

    private static void expiration(LifecycleRule rule, boolean byTagOrSize) {
        var expiration = rule.expiration();
        if (expiration == null) {
            return;
        }
        boolean marker = expiration.expiredObjectDeleteMarker() != null;
        int said =
                (expiration.days() != null ? 1 : 0)
                        + (expiration.date() != null ? 1 : 0)
                        + (marker ? 1 : 0);
        if (said != 1) {
            throw S3Faults.malformedXml();
        }
        if (expiration.days() != null) {
            demandPositive(expiration.days(), "Expiration");
        }
        if (expiration.date() != null
                && !expiration.date().equals(expiration.date().truncatedTo(ChronoUnit.DAYS))) {
            throw S3Faults.invalidArgument("'Date' must be at midnight GMT");
        }
        if (marker && byTagOrSize) {
            throw S3Faults.invalidRequest(
                    "ExpiredObjectDeleteMarker cannot be specified with Tags"
                            + " or object sizes.");
        }
    }

    private static void noncurrent(LifecycleRule rule) {
        var noncurrent = rule.noncurrentVersionExpiration();
        if (noncurrent == null) {
            return;
        }
        demandPositive(noncurrent.noncurrentDays(), "NoncurrentVersionExpiration");
        var kept = noncurrent.newerNoncurrentVersions();
        if (kept != null && (kept < 1 || kept > MOST_VERSIONS_KEPT)) {
            throw S3Faults.invalidArgument("NewerNoncurrentVersions must be between 1 and 100");
        }
    }

    private static void demandPositive(@Nullable Integer days, String action) {
        if (days == null) {
            throw S3Faults.malformedXml();
        }
        if (days < 1) {
            throw S3Faults.invalidArgument(
                    "'Days' for " + action + " action must be a positive integer");
        }
    }
}
