package io.brume.storage.object.s3.operation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** {@code 2026-01-31T23:59:59.000Z}, a thousand times a page. */
final class IsoTime {
    private static final byte[] FORM = "0000-00-00T00:00:00.000Z".getBytes(ISO_8859_1);

    private IsoTime() {}

    static String print(Instant time) {
        var t = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
        byte[] out = FORM.clone();
        digits(out, 0, 4, t.getYear());
        digits(out, 5, 2, t.getMonthValue());
        digits(out, 8, 2, t.getDayOfMonth());
        digits(out, 11, 2, t.getHour());
        digits(out, 14, 2, t.getMinute());
        digits(out, 17, 2, t.getSecond());
        digits(out, 20, 3, time.getNano() / 1_000_000);
        return new String(out, ISO_8859_1);
    }

    private static void digits(byte[] out, int from, int width, int number) {
        int rest = number;
        for (int at = from + width - 1; at >= from; at--) {
            out[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
