package io.brume.common.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * A model class as an XML document of its own, for what is only kept and given back. What was
 * written reads as what it was.
 */
public final class XmlDocuments {
    private XmlDocuments() {}

    /** With the root element's name and its namespace. */
    public static String write(String root, @Nullable String namespace, SdkPojo value) {
        return new String(new XmlWriter().root(root, namespace, value).toBytes(), UTF_8);
    }

    /**
     * What was written, or a client's document of that schema.
     *
     * @throws IllegalArgumentException when it is no such document
     */
    public static <T extends SdkPojo> T read(String document, Class<T> model) {
        try {
            var read = new XmlReader(true).read(document.getBytes(UTF_8), Pojos.builder(model));
            return model.cast(Pojos.build(read));
        } catch (Malformed malformed) {
            throw new IllegalArgumentException(malformed.reason(), malformed);
        }
    }
}
