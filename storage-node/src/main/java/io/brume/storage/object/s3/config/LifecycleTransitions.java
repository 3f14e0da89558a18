package io.brume.storage.object.s3.config;

import io.brume.common.aws.Fault;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.S3Faults;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/**
 * The moves between storage classes that a rule of a life cycle wants: only down, each later than
 * the one before.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html">transitioning
 * objects</a>.
 */
final class LifecycleTransitions {
    /** What AWS has objects stay in an infrequently accessed class, and before they get there. */
    private static final int LEAST_DAYS = 30;

    private LifecycleTransitions() {}

    /**
     * A move.
     *
     * @param days null = on a date
     * @param newerKept how many newer versions stay that are not the newest
     */
    record Step(StorageClass to, @Nullable Integer days, @Nullable Instant date, int newerKept) {}

    static List<Step> current(LifecycleRule rule) {
        return rule.transitions().stream()
                .map(one -> new Step(known(one.storageClass()), one.days(), one.date(), 0))
                .sorted(Comparator.comparing(Step::to))
                .toList();
    }

    static List<Step> noncurrent(LifecycleRule rule) {
        return rule.noncurrentVersionTransitions().stream()
                .map(one ->
                        new Step(
                                known(one.storageClass()),
                                one.noncurrentDays(),
                                null,
                                Optional.ofNullable(one.newerNoncurrentVersions()).orElse(0)))
                .sorted(Comparator.comparing(Step::to))
                .toList();
    }

    private static StorageClass known(@Nullable TransitionStorageClass named) {
        if (named == null || named == TransitionStorageClass.UNKNOWN_TO_SDK_VERSION) {
            throw S3Faults.malformedXml();
        }
        return Arrays.stream(StorageClass.values())
                .filter(each -> each.name().equals(named.toString()))
                .findFirst()
                .orElseThrow(() ->
                        Fault.invalid(
                                "InvalidStorageClass",
                                "The storage class " + named + " is none of this cloud's"));
    }

    /**
     * Refuses what makes no sense.
     *
     * @throws Fault in S3's words
     */
    static void demandValid(LifecycleRule rule) {
        var current = current(rule);
        for (var step : current) {
            demandTime(step);
        }
        demandOrder("Transition", current);
        var expiration = rule.expiration();
        if (expiration != null && !current.isEmpty()) {
            var last = current.getLast();
            boolean mixed =
                    (last.days() == null) == (expiration.days() != null)
                            && (expiration.days() != null || expiration.date() != null);
            if (mixed) {
                throw mixed();
            }
            demandLater("Expiration", expiration.days(), "Transition", last);
        }
        var noncurrent = noncurrent(rule);
        for (var step : noncurrent) {
            if (step.days() == null) {
                throw S3Faults.malformedXml();
            }
            demandTime(step);
            if (step.newerKept() < 0 || step.newerKept() > LifecycleChecks.MOST_VERSIONS_KEPT) {
                throw S3Faults.invalidArgument("NewerNoncurrentVersions must be between 1 and 100");
            }
        }
        demandOrder("NoncurrentVersionTransition", noncurrent);
        var end = rule.noncurrentVersionExpiration();
        if (end != null && !noncurrent.isEmpty()) {
            demandLater(
                    "NoncurrentVersionExpiration",
                    end.noncurrentDays(),
                    "NoncurrentVersionTransition",
                    noncurrent.getLast());
        }
    }

    private static void demandTime(Step step) {
        if ((step.days() == null) == (step.date() == null)) {
            throw S3Faults.malformedXml();
        }
        if (step.date() != null && !step.date().equals(step.date().truncatedTo(ChronoUnit.DAYS))) {
            throw S3Faults.invalidArgument("'Date' must be at midnight GMT");
        }
        if (step.days() != null && step.days() < 0) {
            throw S3Faults.invalidArgument("'Days' for Transition action must be nonnegative");
        }
        if (step.days() != null && isInfrequent(step.to()) && step.days() < LEAST_DAYS) {
            throw S3Faults.invalidArgument(
                    "'Days' in Transition action must be greater than or equal to 30 for"
                            + " storageClass '"
                            + step.to()
                            + "'");
        }
    }

    private static boolean isInfrequent(StorageClass to) {
        return to == StorageClass.STANDARD_IA || to == StorageClass.ONEZONE_IA;
    }

    private static void demandOrder(String action, List<Step> steps) {
        for (int i = 1; i < steps.size(); i++) {
            var before = steps.get(i - 1);
            var after = steps.get(i);
            if (before.to() == after.to()) {
                throw S3Faults.invalidRequest(
                        "'StorageClass' must be different for '"
                                + action
                                + "' actions in same 'Rule'");
            }
            if ((before.days() == null) != (after.days() == null)) {
                throw mixed();
            }
            int apart = isInfrequent(before.to()) ? LEAST_DAYS : 1;
            boolean inOrder = isLater(before, after, apart);
            if (!inOrder) {
                throw S3Faults.invalidArgument(
                        ("'Days' in the %s action for StorageClass '%s' must be %d days more than"
                                        + " in that for StorageClass '%s'")
                                .formatted(action, after.to(), apart, before.to()));
            }
        }
    }

    private static boolean isLater(Step before, Step after, int apart) {
        if (before.days() != null && after.days() != null) {
            return after.days() >= before.days() + apart;
        }
        return before.date() != null && after.date() != null && after.date().isAfter(before.date());
    }

    private static void demandLater(
            String action, @Nullable Integer days, String before, Step step) {
        if (days != null && step.days() != null && days <= step.days()) {
            throw S3Faults.invalidArgument(
                    "'Days' in the %s action must be greater than 'Days' in the %s action"
                            .formatted(action, before));
        }
    }

    private static Fault mixed() {
        return S3Faults.invalidRequest(
                "Found mixed 'Date' and 'Days' based Expiration and Transition actions in"
                        + " lifecycle rule");
    }
}
