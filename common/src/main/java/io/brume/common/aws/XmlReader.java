package io.brume.common.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;

/** Reads XML request bodies into model classes. */
final class XmlReader {
    private XmlReader() {}

    /**
     * @throws Malformed when the document is not well-formed or a member is not of its type
     */
    static SdkPojo read(byte[] document, SdkPojo into) {
        return members(XmlElement.parse(document), into);
    }

    private static SdkPojo members(XmlElement element, SdkPojo into) {
        for (var field : into.sdkFields()) {
            if (!Pojos.inRequestBody(field)) {
                continue;
            }
            var name = field.locationName();
            if (field.containsTrait(XmlAttributeTrait.class)) {
                var text = element.attribute(name);
                if (text != null) {
                    field.set(into, Scalars.parse(field, text, Format.ISO_8601));
                }
                continue;
            }
            var first = element.child(name);
            if (first != null) {
                field.set(into, value(element, first, field));
            }
        }
        return into;
    }

    private static Object value(XmlElement parent, XmlElement element, SdkField<?> field) {
        return switch (Pojos.type(field)) {
            case SDK_POJO -> Pojos.build(members(element, field.constructor().get()));
            case LIST -> list(parent, element, field);
            case MAP -> map(parent, element, field);
            default -> Scalars.parse(field, element.text(), Format.ISO_8601);
        };
    }

    private static List<Object> list(XmlElement parent, XmlElement element, SdkField<?> field) {
        var trait = Pojos.list(field);
        SdkField<?> member = trait.memberFieldInfo();
        var list = new ArrayList<>();
        for (var item : trait.isFlattened() ? parent.children() : element.children()) {
            if (!trait.isFlattened() || item.name().equals(element.name())) {
                list.add(value(parent, item, member));
            }
        }
        return list;
    }

    private static Map<String, Object> map(
            XmlElement parent, XmlElement element, SdkField<?> field) {
        var trait = Pojos.map(field);
        SdkField<?> valueField = trait.valueFieldInfo();
        var map = new LinkedHashMap<String, Object>();
        for (var entry : trait.isFlattened() ? parent.children() : element.children()) {
            if (trait.isFlattened() && !entry.name().equals(element.name())) {
                continue;
            }
            var key = entry.child(trait.keyLocationName());
            var value = entry.child(trait.valueLocationName());
            if (key == null || value == null) {
                throw Malformed.value("an entry of " + element.name() + " lacks its key or value");
            }
            map.put(key.text(), value(entry, value, valueField));
        }
        return map;
    }
}
