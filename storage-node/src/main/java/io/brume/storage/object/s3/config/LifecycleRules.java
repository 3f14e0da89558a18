package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.s3.Days;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketLifecycleConfiguration;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/**
 * What a bucket's life cycle says of a version, or of an upload, at a time. Pure and immutable.
 *
 * <p>A period ends with the day on which it would be over, as AWS rounds to the next midnight; how
 * long a day is can be set, so that a test need not wait for one.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html">elements
 * of a life cycle</a>.
 */
final class LifecycleRules {
    /** What is to be done with a version. */
    enum Fate {
        STAYS,
        /** As DELETE without a version does it: a delete marker where versions are kept. */
        EXPIRES,
        /** This version, or this delete marker, for good. */
        IS_DELETED
    }

    /**
     * A version among those of its key.
     *
     * @param noncurrentSince when the next newer one was put; empty for the newest
     * @param newerNoncurrent how many newer ones there are that are not the newest
     * @param alone whether it is the key's only one
     */
    record Place(Optional<Instant> noncurrentSince, int newerNoncurrent, boolean alone) {
        Place {
            requireNonNull(noncurrentSince);
        }
    }

    /** A rule, and what it is about. */
    private record Rule(
            LifecycleRule says,
            LifecycleFilter about,
            List<LifecycleTransitions.Step> moves,
            List<LifecycleTransitions.Step> noncurrentMoves) {
        static Rule of(LifecycleRule rule) {
            return new Rule(
                    rule,
                    LifecycleFilter.of(rule),
                    LifecycleTransitions.current(rule),
                    LifecycleTransitions.noncurrent(rule));
        }

        /** Small objects are not worth a move unless the rule speaks of sizes. */
        boolean moves(ObjectVersion version) {
            return about.matches(version)
                    && !version.isDeleteMarker()
                    && (about.isBySize() || version.content().orElseThrow().size() >= LEAST_MOVED);
        }
    }

    /** AWS's {@code all_storage_classes_128K}. */
    private static final long LEAST_MOVED = 128 << 10;

    private final List<Rule> rules;
    private final Days days;

    LifecycleRules(BucketLifecycleConfiguration lifecycle, Duration day) {
        this.rules =
                lifecycle.rules().stream()
                        .filter(rule -> rule.status() == ExpirationStatus.ENABLED)
                        .map(Rule::of)
                        .toList();
        this.days = new Days(day);
    }

    /** What all keys begin with that a rule may be about. */
    String commonPrefix() {
        return rules.stream()
                .map(rule -> rule.about().prefix())
                .reduce(LifecycleRules::common)
                .orElse("");
    }

    private static String common(String one, String other) {
        int length = 0;
        while (length < Math.min(one.length(), other.length())
                && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return one.substring(0, length);
    }

    boolean areAboutVersions() {
        return rules.stream()
                .anyMatch(rule ->
                        !rule.moves().isEmpty()
                                || !rule.noncurrentMoves().isEmpty()
                                || rule.says().expiration() != null
                                || rule.says().noncurrentVersionExpiration() != null);
    }

    boolean areAboutUploads() {
        return rules.stream()
                .anyMatch(rule -> rule.says().abortIncompleteMultipartUpload() != null);
    }

    Fate fate(ObjectVersion version, Place place, Instant now) {
        var fate = Fate.STAYS;
        for (var rule : rules) {
            if (rule.about().matches(version)) {
                var said =
                        place.noncurrentSince().isPresent()
                                ? noncurrent(rule.says(), place, now)
                                : current(rule.says(), version, place, now);
                fate = said.compareTo(fate) > 0 ? said : fate;
            }
        }
        return fate;
    }

    /** The class that a version is to be in, if that is not its own: the lowest that is due. */
    Optional<StorageClass> move(ObjectVersion version, Place place, Instant now) {
        return rules.stream()
                .filter(rule -> rule.moves(version))
                .flatMap(rule ->
                        place.noncurrentSince().isPresent()
                                ? rule.noncurrentMoves().stream()
                                : rule.moves().stream())
                .filter(step -> place.newerNoncurrent() >= step.newerKept())
                .filter(step ->
                        isDue(step, place.noncurrentSince().orElse(version.modified()), now))
                .map(LifecycleTransitions.Step::to)
                .filter(to -> version.content().orElseThrow().storageClass().isAbove(to))
                .max(Comparator.naturalOrder());
    }

    private boolean isDue(LifecycleTransitions.Step step, Instant since, Instant now) {
        return step.days() != null
                ? over(since, step.days(), now)
                : !now.isBefore(requireNonNull(step.date()));
    }

    private Fate current(LifecycleRule rule, ObjectVersion version, Place place, Instant now) {
        var expiration = rule.expiration();
        if (expiration == null) {
            return Fate.STAYS;
        }
        boolean due =
                (expiration.days() != null && over(version.modified(), expiration.days(), now))
                        || (expiration.date() != null && !now.isBefore(expiration.date()));
        if (version.isDeleteMarker()) {
            boolean cleans = Boolean.TRUE.equals(expiration.expiredObjectDeleteMarker()) || due;
            return place.alone() && cleans ? Fate.IS_DELETED : Fate.STAYS;
        }
        return due ? Fate.EXPIRES : Fate.STAYS;
    }

    private Fate noncurrent(LifecycleRule rule, Place place, Instant now) {
        var noncurrent = rule.noncurrentVersionExpiration();
        if (noncurrent == null) {
            return Fate.STAYS;
        }
        int kept =
                noncurrent.newerNoncurrentVersions() == null
                        ? 0
                        : noncurrent.newerNoncurrentVersions();
        return place.newerNoncurrent() >= kept
                        && over(
                                place.noncurrentSince().orElseThrow(),
                                noncurrent.noncurrentDays(),
                                now)
                ? Fate.IS_DELETED
                : Fate.STAYS;
    }

    /** Whether an upload has gone on for too long. */
    boolean aborts(Upload upload, Instant now) {
        return rules.stream()
                .filter(rule -> upload.key().value().startsWith(rule.about().prefix()))
                .map(rule -> rule.says().abortIncompleteMultipartUpload())
                .filter(Objects::nonNull)
                .anyMatch(abort -> over(upload.initiated(), abort.daysAfterInitiation(), now));
    }

    private boolean over(Instant since, int count, Instant now) {
        return !now.isBefore(days.end(since, count));
    }
}
