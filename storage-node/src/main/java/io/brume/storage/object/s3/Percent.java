package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Percent-encoding of keys and queries. Read strictly, and once: a stray percent sign or bytes that
 * are not UTF-8 are refused, nothing is normalised.
 */
public final class Percent {
    private static final String HEX = "0123456789ABCDEF";

    private Percent() {}

    /**
     * Decodes a part of a path, where a plus sign is a plus sign.
     *
     * @throws Fault {@code InvalidURI}
     */
    public static String decode(String text) {
        return decode(text, false);
    }

    /**
     * Decodes a name or a value of a query, where a plus sign is a space.
     *
     * @throws Fault {@code InvalidURI}
     */
    public static String decodeForm(String text) {
        return decode(text, true);
    }

    private static String decode(String text, boolean form) {
        if (isPlain(text, form)) {
            return text;
        }
        var bytes = text.getBytes(UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte octet = bytes[i];
            if (octet == '%') {
                if (i + 2 >= bytes.length) {
                    throw invalid();
                }
                octet = (byte) (digit(bytes[i + 1]) << 4 | digit(bytes[i + 2]));
                i += 2;
            } else if (octet == '+' && form) {
                octet = ' ';
            }
            bytes[length++] = octet;
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw invalid();
        }
    }

    private static boolean isPlain(String text, boolean form) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' || c > 127 || (form && c == '+')) {
                return false;
            }
        }
        return true;
    }

    private static int digit(byte octet) {
        int digit = octet < 0 ? -1 : Character.digit(octet, 16);
        if (digit < 0) {
            throw invalid();
        }
        return digit;
    }

    /** Encodes all but letters, digits, {@code -_.~} and the slash. */
    public static String encode(String text) {
        var bytes = text.getBytes(UTF_8);
        var out = new StringBuilder(bytes.length + 16);
        for (byte octet : bytes) {
            if (isUnreserved(octet)) {
                out.append((char) octet);
            } else {
                out.append('%')
                        .append(HEX.charAt(octet >> 4 & 0xF))
                        .append(HEX.charAt(octet & 0xF));
            }
        }
        return out.toString();
    }

    private static boolean isUnreserved(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || "-_.~/".indexOf(octet) >= 0;
    }

    private static Fault invalid() {
        return Fault.invalid("InvalidURI", "Couldn't parse the specified URI.");
    }
}
