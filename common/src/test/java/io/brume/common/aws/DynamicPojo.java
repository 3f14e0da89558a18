package io.brume.common.aws;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

/** A model class without a class: what lets the codecs be driven by models the SDK has not. */
final class DynamicPojo implements SdkPojo, Buildable {
    private final List<SdkField<?>> fields;
    private final Map<String, Object> values = new LinkedHashMap<>();

    DynamicPojo(List<SdkField<?>> fields) {
        this.fields = fields;
    }

    @Override
    public List<SdkField<?>> sdkFields() {
        return fields;
    }

    @Override
    public Map<String, SdkField<?>> sdkFieldNameToField() {
        return Map.of();
    }

    @Override
    public Object build() {
        return this;
    }

    @Nullable Object get(String member) {
        return values.get(member);
    }

    void set(String member, @Nullable Object value) {
        if (value == null) {
            values.remove(member);
        } else {
            values.put(member, value);
        }
    }

    Map<String, Object> values() {
        return values;
    }

    /** Compares as a handler sees it: to a reader of the SDK's classes, empty is absent. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DynamicPojo pojo && seen().equals(pojo.seen());
    }

    @Override
    public int hashCode() {
        return seen().hashCode();
    }

    private Map<String, Object> seen() {
        var seen = new LinkedHashMap<>(values);
        seen.values()
                .removeIf(value ->
                        (value instanceof List<?> list && list.isEmpty())
                                || (value instanceof Map<?, ?> map && map.isEmpty()));
        return seen;
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
