package io.brume.common.units;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;

/** Times as people write them. */
public final class Durations {
    private static final String FORM = "must be a time such as 500ms, 30s, 5m or 12h";

    private Durations() {}

    /**
     * Reads a number and its unit: ms, s, m, h or d.
     *
     * @throws IllegalArgumentException with a reason for people
     */
    public static Duration parse(String text) {
        try {
            if (text.endsWith("ms")) {
                return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
            }
            if (text.matches("\\d{1,9}[smh]")) {
                return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            }
            if (text.matches("\\d{1,6}d")) {
                return Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1)));
            }
        } catch (NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException(FORM, e);
        }
        throw new IllegalArgumentException(FORM);
    }
}
