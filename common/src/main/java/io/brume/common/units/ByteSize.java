package io.brume.common.units;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of data. Written as a number and a unit: {@code 512}, {@code 64KiB}, {@code 20GiB},
 * {@code 1TB}; binary units count by 1024, decimal ones by 1000.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}) ?([KMGT]i?)?B?");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("an amount of data cannot be negative: " + bytes);
        }
    }

    /**
     * Reads a number and a unit.
     *
     * @throws IllegalArgumentException with a reason for people
     */
    public static ByteSize parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("must be a size such as 512MiB or 20GiB");
        }
        long factor = factor(parts.group(2) == null ? "" : parts.group(2));
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(parts.group(1)), factor));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("is more than 8 EiB", e);
        }
    }

    private static long factor(String unit) {
        long base = unit.endsWith("i") ? 1024 : 1000;
        int power = unit.isEmpty() ? 0 : "KMGT".indexOf(unit.charAt(0)) + 1;
        long factor = 1;
        for (int i = 0; i < power; i++) {
            factor *= base;
        }
        return factor;
    }

    public static ByteSize ofMebibytes(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** With the largest binary unit that divides it. */
    @Override
    public String toString() {
        String units = "KMGT";
        long value = bytes;
        int unit = -1;
        while (value > 0 && value % 1024 == 0 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        return unit < 0 ? value + "B" : value + String.valueOf(units.charAt(unit)) + "iB";
    }
}
