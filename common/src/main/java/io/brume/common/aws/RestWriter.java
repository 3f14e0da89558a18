package io.brume.common.aws;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.JsonValueTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** Writes the HTTP bindings of a REST answer: status, headers and payload. */
record RestWriter(boolean xml, @Nullable String namespace) {
    /** What was written beside the headers. */
    record Written(int status, byte[] body) {}

    Written write(Operation operation, HandlerResult result, Map<String, String> headers) {
        var response = result.response();
        int status = status(response, operation.status());
        headers(response, headers);
        var content = result.content();
        if (operation.streamsOut()) {
            headers.putIfAbsent("Content-Type", "application/octet-stream");
            return new Written(status, content == null ? new byte[0] : content);
        }
        return new Written(status, body(operation, response, headers));
    }

    private static int status(SdkPojo response, int otherwise) {
        for (var field : response.sdkFields()) {
            if (field.location() == MarshallLocation.STATUS_CODE
                    && Pojos.get(field, response) instanceof Integer status) {
                return status;
            }
        }
        return otherwise;
    }

    static void headers(SdkPojo response, Map<String, String> headers) {
        for (var field : response.sdkFields()) {
            if (field.location() == MarshallLocation.HEADER) {
                var value = Pojos.get(field, response);
                if (value != null) {
                    header(field, value, headers);
                }
            }
        }
    }

    private static void header(SdkField<?> field, Object value, Map<String, String> headers) {
        var name = field.locationName();
        if (Pojos.isMap(field)) {
            Pojos.asMap(value)
                    .forEach((key, item) -> headers.put(name + key, clean(item.toString())));
        } else if (Pojos.isList(field)) {
            SdkField<?> member = Pojos.list(field).memberFieldInfo();
            headers.put(
                    name,
                    Pojos.asList(value).stream()
                            .map(item -> item(member, item))
                            .collect(Collectors.joining(", ")));
        } else if (field.containsTrait(JsonValueTrait.class)) {
            var bytes = value.toString().getBytes(StandardCharsets.UTF_8);
            headers.put(name, Base64.getEncoder().encodeToString(bytes));
        } else {
            headers.put(name, clean(Scalars.print(field, value, Format.RFC_822)));
        }
    }

    private static String item(SdkField<?> member, Object item) {
        var text = clean(Scalars.print(member, item, Format.RFC_822));
        return item instanceof String ? HeaderLists.quote(text) : text;
    }

    /** No handler's text may end a header and begin another. */
    private static String clean(String text) {
        return text.indexOf('\r') < 0 && text.indexOf('\n') < 0
                ? text
                : text.replace('\r', ' ').replace('\n', ' ');
    }

    private byte[] body(Operation operation, SdkPojo response, Map<String, String> headers) {
        var payload = Pojos.payload(response);
        if (payload != null) {
            var value = Pojos.get(payload, response);
            return isText(payload, operation)
                    ? text(payload, value, headers)
                    : payload(payload, value, headers);
        }
        if (xml) {
            if (response.sdkFields().stream().noneMatch(Pojos::inResponseBody)) {
                return new byte[0];
            }
            headers.putIfAbsent("Content-Type", "application/xml");
            return new XmlWriter().root(operation.resultRoot(), namespace, response).toBytes();
        }
        if (!operation.hasOutput()) {
            return new byte[0];
        }
        headers.putIfAbsent("Content-Type", "application/json");
        return JsonWriter.write(JsonFormat.JSON, response);
    }

    /** The text of a root element, as S3's GetBucketLocation answers. */
    private boolean isText(SdkField<?> payload, Operation operation) {
        return xml
                && Pojos.type(payload) == MarshallingKnownType.STRING
                && payload.unmarshallLocationName().equals(operation.resultRoot());
    }

    private byte[] text(SdkField<?> payload, @Nullable Object value, Map<String, String> headers) {
        headers.putIfAbsent("Content-Type", "application/xml");
        var name = payload.unmarshallLocationName();
        return new XmlWriter()
                .open(name, namespace)
                .text(value == null ? "" : value.toString())
                .close(name)
                .toBytes();
    }

    private byte[] payload(SdkField<?> field, @Nullable Object value, Map<String, String> headers) {
        return switch (value) {
            case null -> new byte[0];
            case SdkBytes bytes -> {
                headers.putIfAbsent("Content-Type", "application/octet-stream");
                yield bytes.asByteArrayUnsafe();
            }
            case SdkPojo pojo -> {
                headers.putIfAbsent("Content-Type", xml ? "application/xml" : "application/json");
                yield xml
                        ? new XmlWriter()
                                .root(field.unmarshallLocationName(), namespace, pojo)
                                .toBytes()
                        : JsonWriter.write(JsonFormat.JSON, pojo);
            }
            case Document document -> {
                headers.putIfAbsent("Content-Type", "application/json");
                yield JsonWriter.write(JsonFormat.JSON, document);
            }
            default -> {
                headers.putIfAbsent("Content-Type", "text/plain");
                yield value.toString().getBytes(StandardCharsets.UTF_8);
            }
        };
    }
}
