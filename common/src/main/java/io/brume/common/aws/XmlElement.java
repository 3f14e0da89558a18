package io.brume.common.aws;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * An element of a parsed XML document. Namespaces are read over, as AWS does; attributes keep their
 * prefix ({@code xsi:type}), which is how the models name them.
 */
final class XmlElement {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String name;
    private final Map<String, String> attributes = new HashMap<>(2);
    private final List<XmlElement> children = new ArrayList<>(4);
    private final StringBuilder text = new StringBuilder(0);

    private XmlElement(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    String text() {
        return text.toString();
    }

    List<XmlElement> children() {
        return children;
    }

    Map<String, String> attributes() {
        return attributes;
    }

    @Nullable String attribute(String wanted) {
        return attributes.get(wanted);
    }

    @Nullable XmlElement child(String wanted) {
        for (var child : children) {
            if (child.name.equals(wanted)) {
                return child;
            }
        }
        return null;
    }

    /**
     * The root of a document, which is UTF-8 whatever it says of itself. Document types, and with
     * them entities of any kind, are refused.
     *
     * @throws Malformed when it is not well-formed, or too large or deep
     */
    static XmlElement parse(byte[] document) {
        // One factory a document: the JDK's is not documented to be thread-safe, and is cheap.
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        var marked = Utf8.decode(document);
        var text = marked.startsWith(BYTE_ORDER_MARK) ? marked.substring(1) : marked;
        try {
            var reader = factory.createXMLStreamReader(new StringReader(text));
            return new Parser(reader).root();
        } catch (XMLStreamException e) {
            throw Malformed.document("The XML is not well-formed");
        }
    }

    private static final class Parser {
        private final XMLStreamReader reader;
        private int elements;

        Parser(XMLStreamReader reader) {
            this.reader = reader;
        }

        XmlElement root() throws XMLStreamException {
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {
                refuse(reader.getEventType());
            }
            var root = element(1);
            while (reader.hasNext()) {
                refuse(reader.next());
            }
            return root;
        }

        private XmlElement element(int depth) throws XMLStreamException {
            if (depth > Limits.DEPTH || ++elements > Limits.ELEMENTS) {
                throw Malformed.limit("The XML is too large");
            }
            var element = new XmlElement(reader.getLocalName());
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                var prefix = reader.getAttributePrefix(i);
                var local = reader.getAttributeLocalName(i);
                element.attributes.put(
                        prefix == null || prefix.isEmpty() ? local : prefix + ':' + local,
                        reader.getAttributeValue(i));
            }
            while (true) {
                int event = reader.next();
                switch (event) {
                    case XMLStreamConstants.START_ELEMENT ->
                            element.children.add(element(depth + 1));
                    case XMLStreamConstants.CHARACTERS,
                            XMLStreamConstants.CDATA,
                            XMLStreamConstants.SPACE ->
                            element.text.append(reader.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        return element;
                    }
                    default -> refuse(event);
                }
            }
        }

        private static void refuse(int event) {
            if (event == XMLStreamConstants.DTD
                    || event == XMLStreamConstants.ENTITY_REFERENCE
                    || event == XMLStreamConstants.ENTITY_DECLARATION) {
                throw Malformed.document("Document types and entities are not accepted");
            }
        }
    }
}
