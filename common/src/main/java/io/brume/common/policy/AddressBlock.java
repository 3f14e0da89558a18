package io.brume.common.policy;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of IP addresses in CIDR notation, or a single address. Never asks a name server.
 *
 * @param bits of the prefix
 */
public record AddressBlock(InetAddress address, int bits) {
    private static final Pattern V4 = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");
    private static final Pattern V6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:.]{2,45}");
    private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

    /** Empty when the text is no block. */
    public static Optional<AddressBlock> parse(String text) {
        int slash = text.indexOf('/');
        var found = address(slash < 0 ? text : text.substring(0, slash));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var address = found.get();
        int width = address.getAddress().length * 8;
        if (slash < 0) {
            return Optional.of(new AddressBlock(address, width));
        }
        var bits = text.substring(slash + 1);
        if (!BITS.matcher(bits).matches() || Integer.parseInt(bits) > width) {
            return Optional.empty();
        }
        return Optional.of(new AddressBlock(address, Integer.parseInt(bits)));
    }

    private static Optional<InetAddress> address(String text) {
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether an address is in it; false for a text that is none. */
    public boolean contains(String text) {
        return address(text).filter(this::contains).isPresent();
    }

    /** Whether all of another block is in it. */
    public boolean contains(AddressBlock other) {
        return other.bits >= bits && contains(other.address);
    }

    private boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] its = other.getAddress();
        if (mine.length != its.length) {
            return false;
        }
        for (int i = 0; i * 8 < bits; i++) {
            int left = Math.min(8, bits - i * 8);
            if (((mine[i] ^ its[i]) & 0xff) >> (8 - left) != 0) {
                return false;
            }
        }
        return true;
    }
}
