package io.brume.common.aws.sigv4;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The two forms of time that a signed request may carry. */
final class Timestamps {
    private static final int DATE_LENGTH = 8;
    private static final int BASIC_LENGTH = 16;

    private Timestamps() {}

    /** {@code 20260131T235959Z}. */
    static String basic(Instant time) {
        var t = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
        var out = date(t).append('T');
        digits(out, t.getHour(), 2);
        digits(out, t.getMinute(), 2);
        digits(out, t.getSecond(), 2);
        return out.append('Z').toString();
    }

    static String date(Instant time) {
        return date(LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC))
                .toString();
    }

    private static StringBuilder date(LocalDateTime time) {
        var out = new StringBuilder(BASIC_LENGTH);
        digits(out, time.getYear(), 4);
        digits(out, time.getMonthValue(), 2);
        digits(out, time.getDayOfMonth(), 2);
        return out;
    }

    private static void digits(StringBuilder out, int number, int width) {
        int divisor = width == 4 ? 1000 : 10;
        for (; divisor > 0; divisor /= 10) {
            out.append((char) ('0' + number / divisor % 10));
        }
    }

    /** Reads the basic ISO 8601 form of {@code X-Amz-Date}. */
    static Optional<Instant> parse(String text) {
        if (!isBasic(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    LocalDateTime.of(
                                    number(text, 0, 4),
                                    number(text, 4, 6),
                                    number(text, 6, 8),
                                    number(text, 9, 11),
                                    number(text, 11, 13),
                                    number(text, 13, 15))
                            .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notBasic) {
            return Optional.empty();
        }
    }

    private static boolean isBasic(String text) {
        if (text.length() != BASIC_LENGTH) {
            return false;
        }
        for (int i = 0; i < BASIC_LENGTH; i++) {
            char c = text.charAt(i);
            boolean right =
                    switch (i) {
                        case DATE_LENGTH -> c == 'T';
                        case BASIC_LENGTH - 1 -> c == 'Z';
                        default -> Texts.isDigit(c);
                    };
            if (!right) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /** Reads a {@code Date} header: the RFC 1123 form, or the basic form that some clients put. */
    static Optional<Instant> parseHttpDate(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException notRfc1123) {
            return parse(text);
        }
    }
}
