package io.brume.common.aws;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.JsonValueTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** Reads the HTTP bindings of one REST request: labels, query, headers and payload. */
final class RestReader {
    private final boolean xml;
    private final boolean strict;
    private final Operation operation;
    private final HttpCall call;
    private final Parameters parameters;

    /**
     * @param strict whether XML must fit the schema, as S3 demands
     */
    RestReader(
            boolean xml,
            boolean strict,
            Operation operation,
            HttpCall call,
            Parameters parameters) {
        this.xml = xml;
        this.strict = strict;
        this.operation = operation;
        this.call = call;
        this.parameters = parameters;
    }

    /**
     * @param labels still percent-encoded
     * @throws Malformed when a part is not of its member's type
     */
    void read(Map<String, String> labels, SdkPojo into) {
        for (var field : into.sdkFields()) {
            var value =
                    switch (field.location()) {
                        case PATH, GREEDY_PATH -> label(field, labels);
                        case QUERY_PARAM -> query(field);
                        case HEADER -> header(field);
                        case PAYLOAD, STATUS_CODE -> null;
                    };
            if (value != null) {
                field.set(into, value);
            }
        }
        if (!operation.streamsIn()) {
            body(into);
        }
    }

    private static @Nullable Object label(SdkField<?> field, Map<String, String> labels) {
        var text = labels.get(field.locationName());
        return text == null
                ? null
                : Scalars.parse(field, PercentEncoding.decode(text), Format.ISO_8601);
    }

    private @Nullable Object query(SdkField<?> field) {
        if (Pojos.isMap(field)) {
            return queryMap(field);
        }
        var values = parameters.all(field.locationName());
        if (values.isEmpty()) {
            return null;
        }
        if (!Pojos.isList(field)) {
            return Scalars.parse(field, values.getFirst(), Format.ISO_8601);
        }
        SdkField<?> member = Pojos.list(field).memberFieldInfo();
        return values.stream().map(text -> Scalars.parse(member, text, Format.ISO_8601)).toList();
    }

    /** All parameters that no other member claims. */
    private @Nullable Object queryMap(SdkField<?> field) {
        var route = operation.route();
        var literals = route == null ? Map.<String, String>of() : route.query();
        SdkField<?> valueField = Pojos.map(field).valueFieldInfo();
        var map = new LinkedHashMap<String, Object>();
        parameters
                .asMap()
                .forEach((name, values) -> {
                    if (!literals.containsKey(name)) {
                        map.put(name, Pojos.isList(valueField) ? values : values.getFirst());
                    }
                });
        return map.isEmpty() ? null : map;
    }

    private @Nullable Object header(SdkField<?> field) {
        var name = field.locationName().toLowerCase(Locale.ROOT);
        if (Pojos.isMap(field)) {
            return prefixed(name);
        }
        var values = call.headers().get(name);
        if (values == null) {
            return null;
        }
        if (!Pojos.isList(field)) {
            var text = values.getFirst();
            if (field.containsTrait(JsonValueTrait.class)) {
                text = new String(Scalars.base64(text), StandardCharsets.UTF_8);
            }
            return Scalars.parse(field, text, Format.RFC_822);
        }
        SdkField<?> member = Pojos.list(field).memberFieldInfo();
        boolean dates = HeaderLists.areHttpDates(member);
        return values.stream()
                .flatMap(text -> HeaderLists.split(text, dates).stream())
                .map(text -> Scalars.parse(member, text, Format.RFC_822))
                .toList();
    }

    private @Nullable Object prefixed(String prefix) {
        var map = new LinkedHashMap<String, String>();
        call.headers()
                .forEach((name, values) -> {
                    if (name.startsWith(prefix)) {
                        map.put(name.substring(prefix.length()), String.join(",", values));
                    }
                });
        return map.isEmpty() ? null : map;
    }

    private void body(SdkPojo into) {
        var body = call.body();
        var payload = Pojos.payload(into);
        if (body.length == 0) {
            return;
        }
        if (payload == null) {
            structure(body, into);
            return;
        }
        payload.set(
                into,
                switch (Pojos.type(payload)) {
                    case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(body);
                    case SDK_POJO -> Pojos.build(structure(body, payload));
                    case DOCUMENT -> JsonReader.readDocument(JsonFormat.JSON, body);
                    default -> Utf8.decode(body);
                });
    }

    private SdkPojo structure(byte[] body, SdkField<?> payload) {
        SdkPojo into = payload.constructor().get();
        return xml
                ? new XmlReader(strict).read(body, payload.locationName(), into)
                : JsonReader.read(JsonFormat.JSON, body, into);
    }

    private SdkPojo structure(byte[] body, SdkPojo into) {
        return xml
                ? new XmlReader(strict).read(body, into)
                : JsonReader.read(JsonFormat.JSON, body, into);
    }
}
