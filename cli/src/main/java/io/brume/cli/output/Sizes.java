package io.brume.cli.output;

import java.util.List;
import java.util.Locale;

/** Numbers of bytes, for people. */
public final class Sizes {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

    private Sizes() {}

    /** Three digits and a unit: 512 B, 1.50 KiB, 23.4 MiB. */
    public static String text(long bytes) {
        double value = Math.max(0, bytes);
        int unit = 0;
        while (value >= 1000 && unit < UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        var digits = unit == 0 ? "%.0f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, digits, value) + " " + UNITS.get(unit);
    }
}
