package io.brume.storage.object.index;

import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.model.ObjectSetting;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/**
 * For how long a version may not be deleted, and whether even then by nobody.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html">object lock</a>.
 */
record Retention(boolean compliance, Instant until) {
    /**
     * Reads what {@link ObjectSetting#RETENTION} holds.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Retention parse(String document) {
        int space = document.indexOf(' ');
        String mode = space < 0 ? document : document.substring(0, space);
        if (!mode.equals("COMPLIANCE") && !mode.equals("GOVERNANCE")) {
            throw new IllegalArgumentException("a retention without a mode");
        }
        try {
            return new Retention(
                    mode.equals("COMPLIANCE"), Instant.parse(document.substring(space + 1)));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("a retention without an end", e);
        }
    }

    private boolean holds(Instant now, boolean bypassGovernance) {
        return until.isAfter(now) && (compliance || !bypassGovernance);
    }

    private static Optional<Retention> of(Map<ObjectSetting, String> settings) {
        return Optional.ofNullable(settings.get(ObjectSetting.RETENTION)).map(Retention::parse);
    }

    /** Whether a version with these settings may be deleted. */
    static void checkDelete(
            Map<ObjectSetting, String> settings, Instant now, boolean bypassGovernance) {
        boolean held =
                settings.containsKey(ObjectSetting.LEGAL_HOLD)
                        || of(settings).map(one -> one.holds(now, bypassGovernance)).orElse(false);
        if (held) {
            throw new IndexFault(Reason.LOCKED);
        }
    }

    /** Whether a retention may become another: one that holds only grows longer or stricter. */
    static void checkChange(
            Map<ObjectSetting, String> settings,
            Optional<String> document,
            Instant now,
            boolean bypassGovernance) {
        Optional<Retention> after = document.map(Retention::parse);
        Optional<Retention> before = of(settings).filter(one -> one.holds(now, bypassGovernance));
        if (before.isPresent() && !after.map(one -> one.atLeast(before.get())).orElse(false)) {
            throw new IndexFault(Reason.LOCKED);
        }
    }

    private boolean atLeast(Retention other) {
        return !until.isBefore(other.until) && (compliance || !other.compliance);
    }
}
