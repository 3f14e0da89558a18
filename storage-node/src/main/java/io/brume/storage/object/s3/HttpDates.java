package io.brume.storage.object.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The dates of HTTP's headers: to the second. */
public final class HttpDates {
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private HttpDates() {}

    public static String print(Instant time) {
        var t = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
        var out = new StringBuilder(29);
        out.append(DAYS[t.getDayOfWeek().getValue() - 1]).append(", ");
        two(out, t.getDayOfMonth());
        out.append(' ').append(MONTHS[t.getMonthValue() - 1]).append(' ');
        two(out, t.getYear() / 100);
        two(out, t.getYear() % 100);
        out.append(' ');
        two(out, t.getHour());
        out.append(':');
        two(out, t.getMinute());
        out.append(':');
        two(out, t.getSecond());
        return out.append(" GMT").toString();
    }

    private static void two(StringBuilder out, int number) {
        out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** The date; empty when it is none, which HTTP wants ignored. */
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(
                    Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip())));
        } catch (DateTimeException notHttp) {
            return iso(text);
        }
    }

    private static Optional<Instant> iso(String text) {
        try {
            return Optional.of(Instant.parse(text.strip()));
        } catch (DateTimeException notIso) {
            return Optional.empty();
        }
    }
}
