package io.brume.common.aws;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;

/**
 * Reads XML request bodies into model classes.
 *
 * @param strict whether a document must fit the schema: no element that the model does not have,
 *     and none twice that it has once
 */
record XmlReader(boolean strict) {
    static final String OTHER_SCHEMA =
            "The XML you provided was not well-formed or did not validate against our published"
                    + " schema";

    /**
     * @throws Malformed when the document is not well-formed or a member is not of its type
     */
    SdkPojo read(byte[] document, SdkPojo into) {
        return members(XmlElement.parse(document), into);
    }

    /**
     * @param root the name that the root must have where this is strict
     * @throws Malformed as above
     */
    SdkPojo read(byte[] document, String root, SdkPojo into) {
        var element = XmlElement.parse(document);
        if (strict && !element.name().equals(root)) {
            throw Malformed.document(OTHER_SCHEMA);
        }
        return members(element, into);
    }

    private SdkPojo members(XmlElement element, SdkPojo into) {
        if (strict) {
            demandKnown(element, into);
        }
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

    private static void demandKnown(XmlElement element, SdkPojo into) {
        var once = new HashSet<String>();
        for (var child : element.children()) {
            var field = field(child.name(), into);
            boolean repeats =
                    field != null && Pojos.isList(field) && Pojos.list(field).isFlattened();
            if (field == null || (!repeats && !once.add(child.name()))) {
                throw Malformed.document(OTHER_SCHEMA);
            }
        }
    }

    private static @Nullable SdkField<?> field(String name, SdkPojo into) {
        for (var field : into.sdkFields()) {
            if (Pojos.inRequestBody(field)
                    && field.locationName().equals(name)
                    && !field.containsTrait(XmlAttributeTrait.class)) {
                return field;
            }
        }
        return null;
    }

    private Object value(XmlElement parent, XmlElement element, SdkField<?> field) {
        return switch (Pojos.type(field)) {
            case SDK_POJO -> Pojos.build(members(element, field.constructor().get()));
            case LIST -> list(parent, element, field);
            case MAP -> map(parent, element, field);
            default -> Scalars.parse(field, element.text(), Format.ISO_8601);
        };
    }

    private List<Object> list(XmlElement parent, XmlElement element, SdkField<?> field) {
        var trait = Pojos.list(field);
        SdkField<?> member = trait.memberFieldInfo();
        var list = new ArrayList<>();
        for (var item : trait.isFlattened() ? parent.children() : element.children()) {
            if (trait.isFlattened() ? item.name().equals(element.name()) : isItem(item, member)) {
                list.add(value(parent, item, member));
            }
        }
        return list;
    }

    /** Elsewhere any child is taken for one, as AWS's lenient services do. */
    private boolean isItem(XmlElement item, SdkField<?> member) {
        if (strict && !item.name().equals(member.locationName())) {
            throw Malformed.document(OTHER_SCHEMA);
        }
        return true;
    }

    private Map<String, Object> map(XmlElement parent, XmlElement element, SdkField<?> field) {
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
