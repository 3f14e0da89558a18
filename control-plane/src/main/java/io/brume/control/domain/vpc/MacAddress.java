package io.brume.control.domain.vpc;

import java.util.random.RandomGenerator;

/**
 * The hardware address of a network interface: locally administered, first octet 02.
 *
 * @param bits the six octets as one number
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {
    private static final long FIRST_OCTET = 0x02L << 40;

    public MacAddress {
        if (bits >>> 40 != 0x02) {
            throw new IllegalArgumentException("not an address of ours: " + Long.toHexString(bits));
        }
    }

    /** One of 2^40. */
    public static MacAddress random(RandomGenerator random) {
        return new MacAddress(FIRST_OCTET | random.nextLong() >>> 24);
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(bits, other.bits);
    }

    /** Six lower-case octets with colons. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            long octet = bits >>> shift & 0xff;
            out.append(Character.forDigit((int) octet >>> 4, 16))
                    .append(Character.forDigit((int) octet & 15, 16));
            if (shift > 0) {
                out.append(':');
            }
        }
        return out.toString();
    }
}
