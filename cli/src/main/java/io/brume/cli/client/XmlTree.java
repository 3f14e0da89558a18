package io.brume.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An element of an XML answer. Immutable.
 *
 * @param name without a prefix
 * @param text the characters directly inside, without the white space around them
 */
public record XmlTree(String name, String text, List<XmlTree> children) {
    public XmlTree {
        children = List.copyOf(children);
    }

    /** The first child of that name. */
    public Optional<XmlTree> child(String wanted) {
        for (XmlTree child : children) {
            if (child.name.equals(wanted)) {
                return Optional.of(child);
            }
        }
        return Optional.empty();
    }

    /** The text at the end of a path of names; empty when there is none. */
    public String at(String... path) {
        XmlTree here = this;
        for (String step : path) {
            Optional<XmlTree> next = here.child(step);
            if (next.isEmpty()) {
                return "";
            }
            here = next.get();
        }
        return here.text;
    }

    /** The elements of a list: the children of the child of that name. */
    public List<XmlTree> list(String wanted) {
        return child(wanted).map(XmlTree::children).orElse(List.of());
    }

    /**
     * Reads a document. Knows elements, text, the five entities and numbered characters; passes
     * over attributes, comments and instructions; refuses document types, so that no entity can be
     * defined.
     *
     * @throws IllegalArgumentException when the text is not such a document
     */
    public static XmlTree parse(String document) {
        var parser = new Parser(document);
        XmlTree root = parser.root();
        return root;
    }

    private static final class Parser {
        private static final int MAX_DEPTH = 64;

        private final String document;
        private int at;

        Parser(String document) {
            this.document = document;
        }

        XmlTree root() {
            skipToElement();
            return element(0);
        }

        private void skipToElement() {
            while (true) {
                int open = document.indexOf('<', at);
                if (open < 0 || open + 1 >= document.length()) {
                    throw new IllegalArgumentException("no element");
                }
                char next = document.charAt(open + 1);
                if (next != '?' && next != '!') {
                    at = open;
                    return;
                }
                if (document.startsWith("<!--", open)) {
                    at = after("-->", open);
                } else if (next == '?') {
                    at = after("?>", open);
                } else {
                    throw new IllegalArgumentException("a document type is not taken");
                }
            }
        }

        private int after(String mark, int from) {
            int end = document.indexOf(mark, from);
            if (end < 0) {
                throw new IllegalArgumentException("ends inside of " + mark);
            }
            return end + mark.length();
        }

        private XmlTree element(int depth) {
            if (depth > MAX_DEPTH) {
                throw new IllegalArgumentException("deeper than " + MAX_DEPTH);
            }
            int end = after(">", at) - 1;
            boolean empty = document.charAt(end - 1) == '/';
            String tag = document.substring(at + 1, empty ? end - 1 : end);
            at = end + 1;
            String name = localName(tag);
            if (empty) {
                return new XmlTree(name, "", List.of());
            }
            var text = new StringBuilder();
            var children = new ArrayList<XmlTree>();
            while (true) {
                int open = document.indexOf('<', at);
                if (open < 0) {
                    throw new IllegalArgumentException("the element " + name + " does not end");
                }
                text.append(decode(document.substring(at, open)));
                at = open;
                if (document.startsWith("</", at)) {
                    at = after(">", at);
                    // Between elements there is only layout; the text of a leaf counts to the last
                    // line end, or a private key does not load.
                    var own = children.isEmpty() ? text.toString() : "";
                    return new XmlTree(name, own, children);
                } else if (document.startsWith("<![CDATA[", at)) {
                    int close = after("]]>", at);
                    text.append(document, at + "<![CDATA[".length(), close - "]]>".length());
                    at = close;
                } else if (document.startsWith("<!--", at)) {
                    at = after("-->", at);
                } else if (document.startsWith("<?", at)) {
                    at = after("?>", at);
                } else {
                    children.add(element(depth + 1));
                }
            }
        }

        private static String localName(String tag) {
            int end = 0;
            while (end < tag.length() && !Character.isWhitespace(tag.charAt(end))) {
                end++;
            }
            String name = tag.substring(0, end);
            return name.substring(name.indexOf(':') + 1);
        }

        private static String decode(String text) {
            if (text.indexOf('&') < 0) {
                return text;
            }
            var plain = new StringBuilder(text.length());
            int from = 0;
            while (true) {
                int start = text.indexOf('&', from);
                int end = start < 0 ? -1 : text.indexOf(';', start);
                if (end < 0) {
                    return plain.append(text, from, text.length()).toString();
                }
                plain.append(text, from, start);
                String entity = text.substring(start + 1, end);
                switch (entity) {
                    case "lt" -> plain.append('<');
                    case "gt" -> plain.append('>');
                    case "amp" -> plain.append('&');
                    case "quot" -> plain.append('"');
                    case "apos" -> plain.append('\'');
                    default -> plain.appendCodePoint(numbered(entity));
                }
                from = end + 1;
            }
        }

        private static int numbered(String entity) {
            if (!entity.startsWith("#")) {
                throw new IllegalArgumentException("unknown entity " + entity);
            }
            return entity.startsWith("#x")
                    ? Integer.parseInt(entity.substring(2), 16)
                    : Integer.parseInt(entity.substring(1));
        }
    }
}
