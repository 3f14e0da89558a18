package io.brume.common.aws;

import org.jspecify.annotations.Nullable;

/** What XML cannot hold as it is: written so that a reader gets it back. */
public final class XmlEscapes {
    private XmlEscapes() {}

    /**
     * Appends a text, for an element or an attribute. Characters that XML 1.0 cannot hold at all
     * become U+FFFD, as S3 answers them.
     */
    public static void append(StringBuilder out, String text) {
        int clean = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= '>' || c >= 0x7F) {
                var replacement = replacement(c);
                if (replacement != null) {
                    out.append(text, clean, i).append(replacement);
                    clean = i + 1;
                }
            }
        }
        out.append(text, clean, text.length());
    }

    /** How many characters a text begins with that are ASCII and stay as they are. */
    public static int plainAscii(String text) {
        int count = 0;
        while (count < text.length() && isPlainAscii(text.charAt(count))) {
            count++;
        }
        return count;
    }

    private static boolean isPlainAscii(char c) {
        return c < 0x7F && (c > '>' || replacement(c) == null);
    }

    private static @Nullable String replacement(char c) {
        return switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '"' -> "&quot;";
            case '\n' -> "&#xA;";
            case '\r' -> "&#xD;";
            // As it is, it would be a space in an attribute.
            case '\t' -> "&#x9;";
            case 0x85 -> "&#x85;";
            case 0x2028 -> "&#x2028;";
            default -> c < ' ' || c == 0xFFFE || c == 0xFFFF ? "\uFFFD" : null;
        };
    }
}
