package io.brume.common.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/**
 * Reads the parameters of awsQuery and ec2Query ({@code Filter.1.Name=x}) into a model class.
 *
 * <p>The numbers of a list give its order and nothing else: {@code Filter.999999.Name} alone is a
 * list of one. A parameter sent twice is refused, since two readers could take it for two things.
 */
final class QueryReader {
    /** Parameters as a tree, one level a dot. */
    private static final class Node {
        private @Nullable String text;
        private final Map<String, Node> children = new HashMap<>(4);

        private Collection<Node> numbered() {
            var sorted = new TreeMap<Integer, Node>();
            children.forEach((name, child) -> {
                if (isIndex(name)) {
                    sorted.put(Integer.valueOf(name), child);
                }
            });
            return sorted.values();
        }

        private static boolean isIndex(String name) {
            return !name.isEmpty()
                    && name.length() <= 9
                    && name.chars().allMatch(c -> c >= '0' && c <= '9');
        }

        private String leaf(String path) {
            if (text == null) {
                throw Malformed.value("the parameter " + path + " has no value");
            }
            return text;
        }
    }

    private final boolean ec2;

    private QueryReader(boolean ec2) {
        this.ec2 = ec2;
    }

    /**
     * @param ec2 whether lists are bare, as ec2Query's are, or within {@code member}
     * @throws Malformed when a parameter is not of its member's type, or the nesting is too deep
     */
    static void read(Parameters parameters, SdkPojo into, boolean ec2) {
        var root = new Node();
        var budget = new int[] {Limits.PARAMETER_NODES};
        parameters
                .asMap()
                .forEach((name, values) -> {
                    if (values.size() > 1) {
                        throw Malformed.document(
                                "the parameter " + Scalars.clip(name) + " is repeated");
                    }
                    place(root, name, budget).text = values.getFirst();
                });
        new QueryReader(ec2).members(root, into, "");
    }

    private static Node place(Node root, String name, int[] budget) {
        var node = root;
        int at = 0;
        for (int depth = 0; at <= name.length(); depth++) {
            if (depth == Limits.PARAMETER_DEPTH || --budget[0] < 0) {
                throw Malformed.limit("the parameter " + Scalars.clip(name) + " is too deep");
            }
            int dot = name.indexOf('.', at);
            int end = dot < 0 ? name.length() : dot;
            node = node.children.computeIfAbsent(name.substring(at, end), key -> new Node());
            at = end + 1;
        }
        return node;
    }

    private SdkPojo members(Node node, SdkPojo into, String path) {
        for (var field : into.sdkFields()) {
            var child = node.children.get(field.locationName());
            if (child != null) {
                field.set(into, value(child, field, path + field.locationName()));
            }
        }
        return into;
    }

    private Object value(Node node, SdkField<?> field, String path) {
        return switch (Pojos.type(field)) {
            case SDK_POJO -> Pojos.build(members(node, field.constructor().get(), path + "."));
            case LIST -> list(node, field, path);
            case MAP -> map(node, field, path);
            default -> scalar(node, field, path);
        };
    }

    private static Object scalar(Node node, SdkField<?> field, String path) {
        var text = node.leaf(path);
        try {
            return Scalars.parse(field, text, Format.ISO_8601);
        } catch (Malformed e) {
            throw Malformed.value(
                    "Invalid value '" + Scalars.clip(text) + "' for " + path + ": " + e.reason());
        }
    }

    private List<Object> list(Node node, SdkField<?> field, String path) {
        var trait = Pojos.list(field);
        SdkField<?> member = trait.memberFieldInfo();
        var items = ec2 || trait.isFlattened() ? node : node.children.get(member.locationName());
        var list = new ArrayList<>();
        if (items != null) {
            for (var item : items.numbered()) {
                list.add(value(item, member, path));
            }
        }
        return list;
    }

    private Map<String, Object> map(Node node, SdkField<?> field, String path) {
        var trait = Pojos.map(field);
        SdkField<?> valueField = trait.valueFieldInfo();
        var entries = trait.isFlattened() ? node : node.children.get("entry");
        var map = new LinkedHashMap<String, Object>();
        if (entries != null) {
            for (var entry : entries.numbered()) {
                var key = entry.children.get(trait.keyLocationName());
                var value = entry.children.get(trait.valueLocationName());
                if (key == null || value == null) {
                    throw Malformed.value("an entry of " + path + " lacks its key or value");
                }
                map.put(key.leaf(path), value(value, valueField, path));
            }
        }
        return map;
    }
}
