package io.brume.common.aws;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Percent-encoding of paths, queries and forms (RFC 3986), read strictly: a stray percent sign or
 * bytes that are not UTF-8 are refused, not repaired.
 */
public final class PercentEncoding {
    private PercentEncoding() {}

    /** One segment of a path, where a plus sign is a plus sign. */
    static String decode(String text) {
        return decode(text, false);
    }

    /** A name or a value of a query or a form, where a plus sign is a space. */
    static String decodeForm(String text) {
        return decode(text, true);
    }

    /**
     * Decodes what no codec of AWS's reads.
     *
     * @param form whether a plus sign is a space, as in a query, and not itself, as in a path
     * @return empty if it is not percent-encoded UTF-8
     */
    public static Optional<String> decoded(String text, boolean form) {
        try {
            return Optional.of(decode(text, form));
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    private static String decode(String text, boolean form) {
        if (text.indexOf('%') < 0 && isAscii(text)) {
            return form ? text.replace('+', ' ') : text;
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '%') {
                if (i + 2 >= bytes.length) {
                    throw Malformed.document("a percent sign is not followed by two digits");
                }
                b = (byte) ((digit(bytes[i + 1]) << 4) | digit(bytes[i + 2]));
                i += 2;
            } else if (b == '+' && form) {
                b = ' ';
            }
            bytes[length++] = b;
        }
        return Utf8.decode(bytes, length);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }

    private static int digit(byte b) {
        int digit = Character.digit(b, 16);
        if (digit < 0 || b < 0) {
            throw Malformed.document("a percent sign is not followed by two digits");
        }
        return digit;
    }
}
