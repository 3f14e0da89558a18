package io.brume.node.network;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 network, for example {@code 10.0.0.0/24}; a single address is a block of 32 bits.
 *
 * @param network the first address, as a number; bits beyond the prefix are cleared
 * @param prefix 0 to 32
 */
public record Ipv4Block(int network, int prefix) implements Comparable<Ipv4Block> {
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");

    public Ipv4Block {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("no IPv4 prefix: " + prefix);
        }
        network &= bits(prefix);
    }

    /** Reads {@code 10.0.0.0/24} or {@code 10.0.0.1}. */
    public static Ipv4Block parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not an IPv4 block: " + text);
        }
        int address = 0;
        for (int i = 1; i <= 4; i++) {
            int octet = Integer.parseInt(matcher.group(i));
            if (octet > 255) {
                throw new IllegalArgumentException("not an IPv4 block: " + text);
            }
            address = (address << 8) | octet;
        }
        String prefix = matcher.group(5);
        return new Ipv4Block(address, prefix == null ? 32 : Integer.parseInt(prefix));
    }

    /** Whether the other block lies in this one. */
    public boolean contains(Ipv4Block other) {
        return other.prefix >= prefix && (other.network & bits(prefix)) == network;
    }

    /** The n-th address of the block, the network's own being number 0. */
    public String address(int n) {
        return dotted(network + n);
    }

    /** For example {@code 255.255.255.0}. */
    public String netmask() {
        return dotted(bits(prefix));
    }

    /** The name that an address has in its VPC: {@code ip-10-0-0-5}. */
    public static String hostName(String address) {
        return "ip-" + address.replace('.', '-');
    }

    @Override
    public int compareTo(Ipv4Block other) {
        int byNetwork = Integer.compareUnsigned(network, other.network);
        return byNetwork != 0 ? byNetwork : Integer.compare(prefix, other.prefix);
    }

    /** As nft and ip write it: without a prefix when it is one address. */
    @Override
    public String toString() {
        return prefix == 32 ? dotted(network) : dotted(network) + "/" + prefix;
    }

    private static int bits(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    private static String dotted(int address) {
        return (address >>> 24)
                + "."
                + ((address >>> 16) & 255)
                + "."
                + ((address >>> 8) & 255)
                + "."
                + (address & 255);
    }
}
