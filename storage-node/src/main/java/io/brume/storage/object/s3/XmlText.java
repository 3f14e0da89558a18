package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.XmlEscapes;
import java.util.Arrays;

/**
 * XML that is written by hand, where the SDK's classes would cost too much: a page of a list has a
 * thousand objects. Names of elements, and texts that are called plain, are ASCII without anything
 * to escape. Not thread-safe.
 */
public final class XmlText {
    /** S3's namespace. */
    public static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private static final String PROLOGUE = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    private static final int MOST_DIGITS = 20;

    private byte[] out;
    private int length;

    /**
     * @param room bytes that are expected; it grows
     */
    public XmlText(int room) {
        this.out = new byte[Math.max(room, PROLOGUE.length())];
        plain(PROLOGUE);
    }

    /** Opens an element. */
    public XmlText open(String name) {
        return octet('<').plain(name).octet('>');
    }

    /** Opens the root of a document in S3's namespace. */
    public XmlText root(String name) {
        return octet('<').plain(name).plain(" xmlns=\"").plain(NAMESPACE).plain("\">");
    }

    public XmlText close(String name) {
        return octet('<').octet('/').plain(name).octet('>');
    }

    /** An element with a text. */
    public XmlText leaf(String name, String text) {
        open(name);
        int clean = XmlEscapes.plainAscii(text);
        if (clean == text.length()) {
            plain(text);
        } else {
            escape(text);
        }
        return close(name);
    }

    /** An element with a text of ours. */
    public XmlText plain(String name, String text) {
        return open(name).plain(text).close(name);
    }

    public XmlText leaf(String name, long number) {
        open(name);
        if (number < 0) {
            plain(Long.toString(number));
        } else {
            digits(number);
        }
        return close(name);
    }

    /** A text of ours. */
    @SuppressWarnings("deprecation") // of all that copy octets it alone makes no other array first
    public XmlText plain(String text) {
        int count = text.length();
        room(count);
        text.getBytes(0, count, out, length);
        length += count;
        return this;
    }

    private XmlText octet(char octet) {
        room(1);
        out[length++] = (byte) octet;
        return this;
    }

    private void digits(long number) {
        room(MOST_DIGITS);
        int count = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            count++;
        }
        long rest = number;
        for (int at = length + count - 1; at >= length; at--) {
            out[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }

    private void escape(String text) {
        var escaped = new StringBuilder(text.length() + 64);
        XmlEscapes.append(escaped, text);
        byte[] bytes = escaped.toString().getBytes(UTF_8);
        room(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void room(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(Math.addExact(length, more), out.length * 3 / 2));
        }
    }

    public byte[] toBytes() {
        return Arrays.copyOf(out, length);
    }
}
