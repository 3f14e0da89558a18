package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.XmlEscapes;

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
        XmlEscapes.append(out, text);
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
}
