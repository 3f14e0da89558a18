package io.brume.control.domain.vpc;

import io.brume.common.aws.Fault;
import java.util.Optional;

/** An IPv4 address; ordered as unsigned numbers. */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {
    /** The address of a dotted quad without leading zeros, or nothing. */
    public static Optional<Ipv4Address> read(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        int bits = 0;
        for (String part : parts) {
            if (part.isEmpty()
                    || part.length() > 3
                    || (part.length() > 1 && part.charAt(0) == '0')
                    || !part.chars().allMatch(c -> c >= '0' && c <= '9')
                    || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            bits = bits << 8 | Integer.parseInt(part);
        }
        return Optional.of(new Ipv4Address(bits));
    }

    /**
     * The address that a caller sent.
     *
     * @throws Fault {@code InvalidParameterValue}
     */
    public static Ipv4Address parse(String text) {
        return read(text)
                .orElseThrow(() ->
                        Fault.invalid(
                                "InvalidParameterValue",
                                "Value (%s) for parameter privateIpAddress is invalid."
                                                .formatted(text)
                                        + " Invalid IPv4 address"));
    }

    public Ipv4Address plus(int offset) {
        return new Ipv4Address(bits + offset);
    }

    /** As in the host name {@code ip-172-31-0-10}. */
    public String dashed() {
        return toString().replace('.', '-');
    }

    @Override
    public int compareTo(Ipv4Address other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return (bits >>> 24)
                + "."
                + (bits >>> 16 & 255)
                + "."
                + (bits >>> 8 & 255)
                + "."
                + (bits & 255);
    }
}
