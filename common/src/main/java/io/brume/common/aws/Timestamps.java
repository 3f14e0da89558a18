package io.brume.common.aws;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/**
 * Times on the wire: ISO 8601, RFC 7231's IMF-fixdate and seconds or milliseconds since 1970.
 * Written with at most milliseconds, read with whatever precision was sent.
 */
final class Timestamps {
    private static final DateTimeFormatter HTTP_DATE =
            new DateTimeFormatterBuilder()
                    .appendPattern("EEE, dd MMM yyyy HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                    .appendLiteral(" GMT")
                    .toFormatter(Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private Timestamps() {}

    /** The format of a member: its own, or the one that its place in the message implies. */
    static Format format(SdkField<?> field, Format implied) {
        var trait = field.getTrait(TimestampFormatTrait.class);
        return trait == null ? implied : trait.format();
    }

    /**
     * @throws Malformed when the text is no such time
     */
    static Instant parse(String text, Format format) {
        if (text.length() > Limits.NUMBER) {
            throw Malformed.value("a time is too long");
        }
        try {
            return switch (format) {
                case ISO_8601 ->
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME
                                .parse(text, OffsetDateTime::from)
                                .toInstant();
                case RFC_822 -> HTTP_DATE.parse(text, Instant::from);
                case UNIX_TIMESTAMP -> epochSeconds(number(text));
                case UNIX_TIMESTAMP_MILLIS -> epochSeconds(number(text).movePointLeft(3));
            };
        } catch (DateTimeException e) {
            throw Malformed.value("'" + text + "' is not a time");
        }
    }

    private static BigDecimal number(String text) {
        if (!Scalars.isDecimal(text)) {
            throw Malformed.value("'" + text + "' is not a time");
        }
        return new BigDecimal(text);
    }

    /**
     * @throws Malformed when the number is beyond any time
     */
    static Instant epochSeconds(BigDecimal seconds) {
        if (seconds.precision() - (long) seconds.scale() > 15 || seconds.scale() > 30) {
            throw Malformed.value("a time is out of range");
        }
        try {
            var whole = seconds.setScale(0, RoundingMode.FLOOR);
            var nanos = seconds.subtract(whole).movePointRight(9).intValue();
            return Instant.ofEpochSecond(whole.longValueExact(), nanos);
        } catch (DateTimeException e) {
            throw Malformed.value("a time is out of range");
        }
    }

    static String print(Instant time, Format format) {
        return switch (format) {
            case ISO_8601 ->
                    DateTimeFormatter.ISO_INSTANT.format(time.truncatedTo(ChronoUnit.MILLIS));
            case RFC_822 -> HTTP_DATE.format(time.truncatedTo(ChronoUnit.MILLIS));
            case UNIX_TIMESTAMP -> seconds(time).toPlainString();
            case UNIX_TIMESTAMP_MILLIS -> Long.toString(time.toEpochMilli());
        };
    }

    /** Seconds since 1970, whole where they are whole. */
    static BigDecimal seconds(Instant time) {
        var millis = BigDecimal.valueOf(time.toEpochMilli(), 3);
        return millis.signum() == 0 ? BigDecimal.ZERO : trim(millis);
    }

    private static BigDecimal trim(BigDecimal number) {
        var trimmed = number.stripTrailingZeros();
        return trimmed.scale() < 0 ? trimmed.setScale(0) : trimmed;
    }
}
