package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.policy.Evaluation;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketLoggingStatus;
import software.amazon.awssdk.services.s3.model.Permission;

/**
 * Where the access logs of a bucket go.
 *
 * @param byDate whether the keys have account, region, bucket and day after the prefix
 */
public record LogTarget(BucketName bucket, String prefix, boolean byDate) {
    private static final String SERVICE = "logging.s3.amazonaws.com";
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd/").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss").withZone(ZoneOffset.UTC);

    public LogTarget {
        requireNonNull(bucket);
        requireNonNull(prefix);
    }

    /** Of a bucket that has its accesses logged. */
    public static Optional<LogTarget> of(Bucket bucket) {
        if (bucket.document(BucketSetting.LOGGING).isEmpty()) {
            return Optional.empty();
        }
        return Documents.read(bucket, BucketSetting.LOGGING, BucketLoggingStatus.class)
                .map(BucketLoggingStatus::loggingEnabled)
                .map(to ->
                        new LogTarget(
                                new BucketName(to.targetBucket()),
                                to.targetPrefix() == null ? "" : to.targetPrefix(),
                                to.targetObjectKeyFormat() != null
                                        && to.targetObjectKeyFormat().partitionedPrefix() != null));
    }

    /**
     * The key of a log that is delivered now.
     *
     * @param unique 16 letters and digits
     */
    public ObjectKey key(Bucket source, Instant now, String unique) {
        var folders =
                byDate
                        ? source.owner()
                                + "/"
                                + source.region()
                                + "/"
                                + source.name()
                                + "/"
                                + DAY.format(now)
                        : "";
        return new ObjectKey(prefix + folders + SECOND.format(now) + "-" + unique);
    }

    /** Whether the target takes it: it is the same account's, and lets logs be put there. */
    public static boolean isTaken(Bucket source, Bucket target, ObjectKey key) {
        if (!target.owner().equals(source.owner())) {
            return false;
        }
        var said = ServiceAccess.put(SERVICE, source, target, key);
        return switch (said) {
            case Evaluation.Allow allow -> true;
            case Evaluation.ExplicitDeny deny -> false;
            case Evaluation.ImplicitDeny none ->
                    !Ownership.isEnforced(target)
                            && Acls.of(target).grantsTo(Acl.LOG_DELIVERY, Permission.WRITE);
        };
    }
}
