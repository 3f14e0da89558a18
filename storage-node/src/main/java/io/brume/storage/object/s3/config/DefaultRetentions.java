package io.brume.storage.object.s3.config;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ObjectLockConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;

/** The retention that new objects of a bucket get where they do not say. */
final class DefaultRetentions {
    private static final int MOST_DAYS = 36_500;
    private static final int MOST_YEARS = 100;
    private static final int DAYS_OF_YEAR = 365;

    private DefaultRetentions() {}

    /**
     * @throws io.brume.common.aws.Fault in S3's words
     */
    static void demandValid(ObjectLockConfiguration configuration) {
        var rule = configuration.rule();
        if (rule == null) {
            return;
        }
        var retention = rule.defaultRetention();
        if (retention == null
                || retention.mode() == null
                || (retention.days() == null) == (retention.years() == null)) {
            throw S3Faults.malformedXml();
        }
        demandWithin(retention.days(), MOST_DAYS);
        demandWithin(retention.years(), MOST_YEARS);
    }

    private static void demandWithin(@Nullable Integer number, int most) {
        if (number != null && number < 1) {
            throw S3Faults.invalidArgument(
                    "Default retention period must be a positive integer value.");
        }
        if (number != null && number > most) {
            throw S3Faults.invalidArgument("Default retention period too large");
        }
    }

    /** Of a bucket that has a lock. */
    static ObjectLockConfiguration configuration(Bucket bucket) {
        return Documents.read(bucket, BucketSetting.OBJECT_LOCK, ObjectLockConfiguration.class)
                .orElseGet(() ->
                        ObjectLockConfiguration.builder()
                                .objectLockEnabled(ObjectLockEnabled.ENABLED)
                                .build());
    }

    /** The retention of an object that is put now, as the index keeps it. */
    static Optional<String> document(Bucket bucket, Instant now) {
        var rule = bucket.objectLock() ? configuration(bucket).rule() : null;
        if (rule == null) {
            return Optional.empty();
        }
        var retention = rule.defaultRetention();
        long days =
                retention.days() != null
                        ? retention.days()
                        : (long) retention.years() * DAYS_OF_YEAR;
        return Optional.of(
                Retentions.document(
                        retention.modeAsString(), now.plus(Duration.ofDays(days)), now));
    }
}
