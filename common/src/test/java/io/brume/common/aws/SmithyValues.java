package io.brume.common.aws;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.smithy.model.node.ArrayNode;
import software.amazon.smithy.model.node.Node;
import software.amazon.smithy.model.node.NullNode;
import software.amazon.smithy.model.node.NumberNode;
import software.amazon.smithy.model.node.ObjectNode;
import software.amazon.smithy.model.node.StringNode;

/** The parameters of a protocol test as a model class. */
final class SmithyValues {
    private SmithyValues() {}

    static SdkPojo fill(SdkPojo pojo, ObjectNode params) {
        for (var field : pojo.sdkFields()) {
            var node = params.getMember(field.memberName()).orElse(null);
            if (node != null && !node.isNullNode()) {
                field.set(pojo, value(field, node));
            }
        }
        return pojo;
    }

    private static Object value(SdkField<?> field, Node node) {
        return switch (Pojos.type(field)) {
            case SDK_POJO -> fill(field.constructor().get(), node.expectObjectNode());
            case LIST -> list(Pojos.list(field).memberFieldInfo(), node.expectArrayNode());
            case MAP -> map(Pojos.map(field).valueFieldInfo(), node.expectObjectNode());
            case STRING, NULL -> node.expectStringNode().getValue();
            case BOOLEAN -> node.expectBooleanNode().getValue();
            case INTEGER -> node.expectNumberNode().getValue().intValue();
            case LONG -> node.expectNumberNode().getValue().longValue();
            case SHORT -> node.expectNumberNode().getValue().shortValue();
            case BYTE -> node.expectNumberNode().getValue().byteValue();
            case FLOAT -> (float) floating(node);
            case DOUBLE -> floating(node);
            case BIG_DECIMAL -> new BigDecimal(node.expectNumberNode().getValue().toString());
            case INSTANT -> instant(node.expectNumberNode());
            case SDK_BYTES ->
                    SdkBytes.fromByteArray(
                            node.expectStringNode().getValue().getBytes(StandardCharsets.UTF_8));
            case DOCUMENT -> document(node);
        };
    }

    private static List<@Nullable Object> list(SdkField<?> member, ArrayNode nodes) {
        var list = new ArrayList<@Nullable Object>();
        for (var node : nodes) {
            list.add(node instanceof NullNode ? null : value(member, node));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(SdkField<?> field, ObjectNode nodes) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        nodes.getStringMap()
                .forEach((k, node) -> map.put(k, node.isNullNode() ? null : value(field, node)));
        return map;
    }

    private static double floating(Node node) {
        if (node instanceof StringNode text) {
            return switch (text.getValue()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                default -> Double.NEGATIVE_INFINITY;
            };
        }
        return node.expectNumberNode().getValue().doubleValue();
    }

    private static Instant instant(NumberNode node) {
        var millis = new BigDecimal(node.getValue().toString()).movePointRight(3);
        return Instant.ofEpochMilli(millis.longValue());
    }

    private static Document document(Node node) {
        return switch (node.getType()) {
            case OBJECT -> {
                var map = new LinkedHashMap<String, Document>();
                node.expectObjectNode()
                        .getStringMap()
                        .forEach((key, item) -> map.put(key, document(item)));
                yield Document.fromMap(map);
            }
            case ARRAY ->
                    Document.fromList(
                            node.expectArrayNode().getElements().stream()
                                    .map(SmithyValues::document)
                                    .toList());
            case STRING -> Document.fromString(node.expectStringNode().getValue());
            case BOOLEAN -> Document.fromBoolean(node.expectBooleanNode().getValue());
            case NUMBER ->
                    Document.fromNumber(
                            SdkNumber.fromString(node.expectNumberNode().getValue().toString()));
            case NULL -> Document.fromNull();
        };
    }
}
