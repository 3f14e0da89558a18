package io.brume.storage.object.s3.operation;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** {@code 2026-01-31T23:59:59.000Z}, a thousand times a page. */
final class IsoTime {
    private IsoTime() {}

    static String print(Instant time) {
        var t = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
        var out = new StringBuilder(24);
        digits(out, t.getYear(), 4);
        out.append('-');
        digits(out, t.getMonthValue(), 2);
        out.append('-');
        digits(out, t.getDayOfMonth(), 2);
        out.append('T');
        digits(out, t.getHour(), 2);
        out.append(':');
        digits(out, t.getMinute(), 2);
        out.append(':');
        digits(out, t.getSecond(), 2);
        out.append('.');
        digits(out, time.getNano() / 1_000_000, 3);
        return out.append('Z').toString();
    }

    private static void digits(StringBuilder out, int number, int width) {
        int divisor = 1;
        for (int i = 1; i < width; i++) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.append((char) ('0' + number / divisor % 10));
        }
    }
}
