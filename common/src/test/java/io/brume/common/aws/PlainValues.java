package io.brume.common.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;

/** Model classes as plain maps, lists and scalars by the members' names, and back. */
final class PlainValues {
    private PlainValues() {}

    static Map<String, @Nullable Object> of(SdkPojo pojo) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (var field : pojo.sdkFields()) {
            var value = Pojos.get(field, pojo);
            if (value != null) {
                map.put(field.memberName(), plain(value));
            }
        }
        return map;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case SdkPojo pojo -> of(pojo);
            case List<?> list -> {
                var plain = new ArrayList<@Nullable Object>();
                list.forEach(item -> plain.add(plain(item)));
                yield plain;
            }
            case Map<?, ?> map -> {
                var plain = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, item) -> plain.put(key.toString(), plain(item)));
                yield plain;
            }
            case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArray());
            case Instant time -> time.toEpochMilli() / 1000.0;
            case Document document -> plain(document);
            case null, default -> value;
        };
    }

    private static @Nullable Object plain(Document document) {
        if (document.isMap()) {
            return plain(document.asMap());
        }
        if (document.isList()) {
            return plain(document.asList());
        }
        return document.isNumber() ? document.asNumber().bigDecimalValue() : document.unwrap();
    }

    static SdkPojo fill(SdkPojo builder, JsonNode members) {
        for (var field : builder.sdkFields()) {
            var node = members.get(field.memberName());
            if (node != null && !node.isNull()) {
                field.set(builder, value(field, node));
            }
        }
        return Pojos.build(builder);
    }

    private static Object value(SdkField<?> field, JsonNode node) {
        return switch (Pojos.type(field)) {
            case SDK_POJO -> fill(field.constructor().get(), node);
            case LIST -> {
                SdkField<?> member = Pojos.list(field).memberFieldInfo();
                var list = new ArrayList<>();
                node.forEach(item -> list.add(value(member, item)));
                yield list;
            }
            case MAP -> {
                SdkField<?> inner = Pojos.map(field).valueFieldInfo();
                var map = new LinkedHashMap<String, Object>();
                node.properties().forEach(e -> map.put(e.getKey(), value(inner, e.getValue())));
                yield map;
            }
            // a member that is JSON within a header is a text here
            case STRING, NULL -> node.isTextual() ? node.textValue() : node.toString();
            case BOOLEAN -> node.booleanValue();
            case INTEGER -> node.intValue();
            case LONG -> node.longValue();
            case SHORT -> node.shortValue();
            case BYTE -> (byte) node.intValue();
            case FLOAT -> node.floatValue();
            case DOUBLE -> node.doubleValue();
            case BIG_DECIMAL -> new BigDecimal(node.asText());
            case INSTANT -> Instant.ofEpochMilli((long) (node.doubleValue() * 1000));
            case SDK_BYTES -> SdkBytes.fromByteArray(Base64.getDecoder().decode(node.textValue()));
            case DOCUMENT -> document(node);
        };
    }

    private static Document document(JsonNode node) {
        if (node.isObject()) {
            var map = new LinkedHashMap<String, Document>();
            node.properties().forEach(e -> map.put(e.getKey(), document(e.getValue())));
            return Document.fromMap(map);
        }
        if (node.isArray()) {
            var list = new ArrayList<Document>();
            node.forEach(item -> list.add(document(item)));
            return Document.fromList(list);
        }
        if (node.isBoolean()) {
            return Document.fromBoolean(node.booleanValue());
        }
        if (node.isNumber()) {
            return Document.fromNumber(SdkNumber.fromString(node.asText()));
        }
        return node.isNull() ? Document.fromNull() : Document.fromString(node.asText());
    }
}
