package io.brume.control.domain.vpc;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * An IPv6 CIDR block in canonical text (RFC 5952), for example {@code 2001:db8::/32}.
 *
 * @param text canonical, so that equal blocks have equal texts
 */
public record Ipv6Block(String text) {
    private static final int BYTES = 16;

    /** The block that a text names, or nothing. Host bits are cut off. */
    public static Optional<Ipv6Block> read(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.indexOf(':') < 0 || text.length() > 49) {
            return Optional.empty();
        }
        String digits = text.substring(slash + 1);
        if (digits.isEmpty()
                || digits.length() > 3
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(digits);
        String literal = text.substring(0, slash);
        if (prefix > 128 || !literal.chars().allMatch(Ipv6Block::plain)) {
            return Optional.empty();
        }
        try {
            if (InetAddress.ofLiteral(literal) instanceof Inet6Address address) {
                return Optional.of(
                        new Ipv6Block(canonical(cut(address.getAddress(), prefix)) + "/" + prefix));
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** No zone index and no brackets. */
    private static boolean plain(int c) {
        return c == ':' || c == '.' || Character.digit(c, 16) >= 0;
    }

    private static byte[] cut(byte[] address, int prefix) {
        for (int bit = prefix; bit < 8 * BYTES; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
        }
        return address;
    }

    /** The longest run of at least two zero groups becomes a double colon, the first of equals. */
    private static String canonical(byte[] address) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                out.append("::");
                i += runLength - 1;
            } else {
                if (i > 0 && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(groups[i]));
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
