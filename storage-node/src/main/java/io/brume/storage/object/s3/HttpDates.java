package io.brume.storage.object.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The dates of HTTP's headers: to the second. */
public final class HttpDates {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private HttpDates() {}

    public static String print(Instant time) {
        return FORMAT.format(time);
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
