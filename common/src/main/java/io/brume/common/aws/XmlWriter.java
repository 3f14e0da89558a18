package io.brume.common.aws;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;
import software.amazon.awssdk.core.traits.XmlAttributesTrait;

/** Writes XML bodies: envelopes by hand, model classes by their fields. Not thread-safe. */
final class XmlWriter {
    private static final String PROLOGUE = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private final StringBuilder out = new StringBuilder(1024).append(PROLOGUE);

    XmlWriter open(String name) {
        out.append('<').append(name).append('>');
        return this;
    }

    XmlWriter open(String name, @Nullable String namespace) {
        out.append('<').append(name);
        namespace(namespace);
        out.append('>');
        return this;
    }

    XmlWriter close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    XmlWriter leaf(String name, String text) {
        return open(name).text(text).close(name);
    }

    XmlWriter text(String text) {
        XmlEscapes.append(out, text);
        return this;
    }

    /** A whole structure as the root of the document, its attributes included. */
    XmlWriter root(String name, @Nullable String namespace, SdkPojo pojo) {
        out.append('<').append(name);
        namespace(namespace);
        attributes(pojo);
        out.append('>');
        return members(pojo).close(name);
    }

    /** The members of a structure, without an element around them. */
    XmlWriter members(SdkPojo pojo) {
        for (var field : pojo.sdkFields()) {
            if (Pojos.inResponseBody(field) && !field.containsTrait(XmlAttributeTrait.class)) {
                var value = Pojos.get(field, pojo);
                if (value != null) {
                    value(field.unmarshallLocationName(), field, value);
                }
            }
        }
        return this;
    }

    byte[] toBytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void value(String name, SdkField<?> field, Object value) {
        switch (Pojos.type(field)) {
            case SDK_POJO -> structure(name, field, (SdkPojo) value);
            case LIST -> list(name, field, value);
            case MAP -> map(name, field, value);
            default -> leaf(name, Scalars.print(field, value, Format.ISO_8601));
        }
    }

    private void structure(String name, SdkField<?> field, SdkPojo pojo) {
        out.append('<').append(name);
        var declared = field.getTrait(XmlAttributesTrait.class);
        if (declared == null) {
            attributes(pojo);
        } else {
            // S3's Grantee: the SDK keeps the namespace of its xsi:type with the member.
            declared.attributes()
                    .forEach((key, by) -> attribute(key, by.attributeGetter().apply(pojo)));
        }
        out.append('>');
        members(pojo).close(name);
    }

    private void list(String name, SdkField<?> field, Object value) {
        var trait = Pojos.list(field);
        SdkField<?> member = trait.memberFieldInfo();
        var itemName = trait.isFlattened() ? name : member.unmarshallLocationName();
        if (!trait.isFlattened()) {
            open(name);
        }
        for (var item : Pojos.asList(value)) {
            if (item != null) {
                value(itemName, member, item);
            }
        }
        if (!trait.isFlattened()) {
            close(name);
        }
    }

    private void map(String name, SdkField<?> field, Object value) {
        var trait = Pojos.map(field);
        SdkField<?> valueField = trait.valueFieldInfo();
        var entryName = trait.isFlattened() ? name : "entry";
        if (!trait.isFlattened()) {
            open(name);
        }
        Pojos.asMap(value)
                .forEach((key, item) -> {
                    if (item != null) {
                        open(entryName).leaf(trait.keyLocationName(), key);
                        value(trait.valueLocationName(), valueField, item);
                        close(entryName);
                    }
                });
        if (!trait.isFlattened()) {
            close(name);
        }
    }

    private void attributes(SdkPojo pojo) {
        for (var field : pojo.sdkFields()) {
            if (field.containsTrait(XmlAttributeTrait.class)) {
                var value = Pojos.get(field, pojo);
                if (value != null) {
                    attribute(
                            field.unmarshallLocationName(),
                            Scalars.print(field, value, Format.ISO_8601));
                }
            }
        }
    }

    private void attribute(String name, @Nullable String text) {
        if (text != null) {
            out.append(' ').append(name).append("=\"");
            XmlEscapes.append(out, text);
            out.append('"');
        }
    }

    private void namespace(@Nullable String namespace) {
        attribute("xmlns", namespace);
    }
}
