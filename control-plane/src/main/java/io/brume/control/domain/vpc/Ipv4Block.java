package io.brume.control.domain.vpc;

import java.util.Optional;

/**
 * An IPv4 CIDR block.
 *
 * @param base the first address; bits behind the prefix are zero
 * @param prefix 0 to 32
 */
public record Ipv4Block(Ipv4Address base, int prefix) implements Comparable<Ipv4Block> {
    public Ipv4Block {
        if (prefix < 0 || prefix > 32 || (base.bits() & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException("not a block: " + base + "/" + prefix);
        }
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    /** The block that a text names, or nothing. Host bits are cut off, as AWS does. */
    public static Optional<Ipv4Block> read(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String digits = text.substring(slash + 1);
        if (digits.isEmpty()
                || digits.length() > 2
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')
                || Integer.parseInt(digits) > 32) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(digits);
        return Ipv4Address.read(text.substring(0, slash))
                .map(a -> new Ipv4Block(new Ipv4Address(a.bits() & mask(prefix)), prefix));
    }

    /**
     * A block known to be right.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static Ipv4Block of(String text) {
        return read(text).orElseThrow(() -> new IllegalArgumentException("not a block: " + text));
    }

    /** How many addresses it has. */
    public long size() {
        return 1L << (32 - prefix);
    }

    public boolean contains(Ipv4Address address) {
        return (address.bits() & mask(prefix)) == base.bits();
    }

    /** The n-th of the equal parts with a longer prefix. */
    public Ipv4Block part(int longerPrefix, int n) {
        if (longerPrefix < prefix || n < 0 || n >= 1L << (longerPrefix - prefix)) {
            throw new IllegalArgumentException(this + " has no part " + n + " of /" + longerPrefix);
        }
        return new Ipv4Block(base.plus(n << (32 - longerPrefix)), longerPrefix);
    }

    @Override
    public int compareTo(Ipv4Block other) {
        int byBase = base.compareTo(other.base);
        return byBase != 0 ? byBase : Integer.compare(prefix, other.prefix);
    }

    @Override
    public String toString() {
        return base + "/" + prefix;
    }
}
