package io.brume.common.aws;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.DefaultValueTrait;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/** What every codec must know about the SDK's model classes. */
final class Pojos {
    private Pojos() {}

    /** A fresh builder of a model class, which is itself an {@link SdkPojo} that fields can set. */
    static SdkPojo builder(Class<?> model) {
        try {
            var method = model.getMethod("builder");
            return (SdkPojo) method.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(model.getName() + " is not an SDK model class", e);
        }
    }

    /** The immutable object of a builder. */
    static SdkPojo build(SdkPojo builder) {
        return (SdkPojo) ((Buildable) builder).build();
    }

    static MarshallingKnownType type(SdkField<?> field) {
        return field.marshallingType().getKnownType();
    }

    static ListTrait list(SdkField<?> field) {
        return field.getRequiredTrait(ListTrait.class);
    }

    static MapTrait map(SdkField<?> field) {
        return field.getRequiredTrait(MapTrait.class);
    }

    static boolean isList(SdkField<?> field) {
        return type(field) == MarshallingKnownType.LIST;
    }

    static boolean isMap(SdkField<?> field) {
        return type(field) == MarshallingKnownType.MAP;
    }

    static boolean inRequestBody(SdkField<?> field) {
        return field.location() == MarshallLocation.PAYLOAD;
    }

    /** In a response labels and query bindings mean nothing: such members travel in the body. */
    static boolean inResponseBody(SdkField<?> field) {
        return field.location() != MarshallLocation.HEADER
                && field.location() != MarshallLocation.STATUS_CODE;
    }

    /** The member that is the whole body, if the model has one. */
    static @Nullable SdkField<?> payload(SdkPojo pojo) {
        for (var field : pojo.sdkFields()) {
            if (field.containsTrait(PayloadTrait.class)) {
                return field;
            }
        }
        return null;
    }

    /**
     * The value that was really given. Lists and maps that nobody set are the SDK's auto-construct
     * ones and count as absent; an explicit empty list counts as given. The SDK's own accessor
     * would invent idempotency tokens, so members with a default are read by another way.
     */
    static @Nullable Object get(SdkField<?> field, SdkPojo pojo) {
        Object value =
                field.containsTrait(DefaultValueTrait.class)
                        ? stored(field, pojo)
                        : field.getValueOrDefault(pojo);
        return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap
                ? null
                : value;
    }

    private static @Nullable Object stored(SdkField<?> field, SdkPojo pojo) {
        if (pojo instanceof SdkRequest request) {
            return request.getValueForField(field.memberName(), Object.class).orElse(null);
        }
        try {
            var accessor = pojo.getClass().getMethod("getValueForField", String.class, Class.class);
            var value = accessor.invoke(pojo, field.memberName(), Object.class);
            return ((java.util.Optional<?>) value).orElse(null);
        } catch (NoSuchMethodException e) {
            return field.getValueOrDefault(pojo);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + field.memberName(), e);
        }
    }

    @SuppressWarnings("unchecked") // the SDK's maps are all from String
    static Map<String, ?> asMap(Object value) {
        return (Map<String, ?>) value;
    }

    static List<?> asList(Object value) {
        return (List<?>) value;
    }
}
