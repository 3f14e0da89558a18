package io.brume.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of one call in the query protocols' form. Not thread-safe. */
public final class Form {
    private final Map<String, String> parameters = new LinkedHashMap<>();

    /** Adds a parameter; one that is empty is left out. */
    public Form with(String name, String value) {
        if (!value.isEmpty()) {
            parameters.put(name, value);
        }
        return this;
    }

    /** Adds {@code name.1}, {@code name.2} and so on. */
    public Form withList(String name, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            with(name + "." + (i + 1), values.get(i));
        }
        return this;
    }

    /** Adds a filter of the Describe operations; several values mean any of them. */
    public Form withFilter(String name, String... values) {
        int next = 1;
        while (parameters.containsKey("Filter." + next + ".Name")) {
            next++;
        }
        return with("Filter." + next + ".Name", name)
                .withList("Filter." + next + ".Value", List.of(values));
    }

    /** Calls what the call creates by a name, unless that is empty. */
    public Form named(String resourceType, String name) {
        return withTags(resourceType, name.isEmpty() ? Map.of() : Map.of("Name", name));
    }

    /** Adds tags to what the call creates. */
    public Form withTags(String resourceType, Map<String, String> tags) {
        if (tags.isEmpty()) {
            return this;
        }
        int specification = 1;
        while (parameters.containsKey("TagSpecification." + specification + ".ResourceType")) {
            specification++;
        }
        String prefix = "TagSpecification." + specification;
        with(prefix + ".ResourceType", resourceType);
        int number = 1;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            with(prefix + ".Tag." + number + ".Key", tag.getKey());
            with(prefix + ".Tag." + number + ".Value", tag.getValue());
            number++;
        }
        return this;
    }

    /** As an {@code application/x-www-form-urlencoded} body. */
    String encode() {
        var text = new StringBuilder();
        parameters.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : "&")
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }
}
