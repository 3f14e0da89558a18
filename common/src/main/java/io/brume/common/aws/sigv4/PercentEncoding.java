package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;

/** RFC 3986 percent-encoding as SigV4 and S3's URLs want it, and path normalisation. */
public final class PercentEncoding {
    private static final String HEX = "0123456789ABCDEF";

    private PercentEncoding() {}

    /** Encodes all but letters, digits, {@code -_.~} and, when asked, the slash. */
    static String encode(byte[] text, boolean keepSlash) {
        var out = new StringBuilder(text.length + 16);
        for (byte octet : text) {
            if (unreserved(octet) || (keepSlash && octet == '/')) {
                out.append((char) octet);
            } else {
                out.append('%')
                        .append(HEX.charAt((octet >> 4) & 0xF))
                        .append(HEX.charAt(octet & 0xF));
            }
        }
        return out.toString();
    }

    /** The same of a text in UTF-8. */
    public static String encode(String text, boolean keepSlash) {
        return encode(text.getBytes(UTF_8), keepSlash);
    }

    /** Undoes {@link #encode}; a percent sign that starts no escape stands for itself. */
    static byte[] decode(String text) {
        var in = text.getBytes(UTF_8);
        var out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (in[i] == '%' && high >= 0 && low >= 0) {
                out.write((high << 4) | low);
                i += 2;
            } else {
                out.write(in[i]);
            }
        }
        return out.toByteArray();
    }

    /**
     * Removes empty, {@code .} and {@code ..} segments (RFC 3986, 5.2.4); keeps a last slash but,
     * as AWS's clients do, makes none out of a last dot.
     */
    static String normalize(String path) {
        var segments = new ArrayDeque<String>();
        var parts = path.split("/", -1);
        for (var part : parts) {
            switch (part) {
                case "", "." -> {}
                case ".." -> segments.pollLast();
                default -> segments.addLast(part);
            }
        }
        if (segments.isEmpty()) {
            return "/";
        }
        return "/" + String.join("/", segments) + (path.endsWith("/") ? "/" : "");
    }

    private static boolean unreserved(byte octet) {
        return (octet >= 'A' && octet <= 'Z')
                || (octet >= 'a' && octet <= 'z')
                || (octet >= '0' && octet <= '9')
                || octet == '-'
                || octet == '_'
                || octet == '.'
                || octet == '~';
    }
}
