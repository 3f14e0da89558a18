package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** XML that is written by hand, where the SDK's classes would cost too much. Not thread-safe. */
public final class XmlText {
    /** S3's namespace. */
    public static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private static final String PROLOGUE = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private final StringBuilder out;

    public XmlText(int room) {
        this.out = new StringBuilder(room).append(PROLOGUE);
    }

    /** Opens an element. */
    public XmlText open(String name) {
        out.append('<').append(name).append('>');
        return this;
    }

    /** Opens the root of a document in S3's namespace. */
    public XmlText root(String name) {
        out.append('<').append(name).append(" xmlns=\"").append(NAMESPACE).append("\">");
        return this;
    }

    public XmlText close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    /** An element with a text. */
    public XmlText leaf(String name, String text) {
        open(name);
        escape(text);
        return close(name);
    }

    /** An element with a text of ours that needs no escaping. */
    public XmlText plain(String name, String text) {
        open(name);
        out.append(text);
        return close(name);
    }

    public XmlText leaf(String name, long number) {
        open(name);
        out.append(number);
        return close(name);
    }

    public byte[] toBytes() {
        return out.toString().getBytes(UTF_8);
    }

    /** Characters that XML 1.0 cannot hold at all become U+FFFD, as S3 answers them. */
    private void escape(String text) {
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

    private static @Nullable String replacement(char c) {
        return switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '"' -> "&quot;";
            case '\n' -> "&#xA;";
            case '\r' -> "&#xD;";
            case '\t' -> "&#x9;";
            case 0x85 -> "&#x85;";
            case 0x2028 -> "&#x2028;";
            default -> c < ' ' || c == 0xFFFE || c == 0xFFFF ? "\uFFFD" : null;
        };
    }
}
