package io.brume.common.aws;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** Writes model classes as JSON or CBOR. */
final class JsonWriter {
    private static final int CBOR_EPOCH_TAG = 1;

    private final JsonFormat format;
    private final JsonGenerator out;

    private JsonWriter(JsonFormat format, JsonGenerator out) {
        this.format = format;
        this.out = out;
    }

    static byte[] write(JsonFormat format, SdkPojo pojo) {
        return write(format, Map.of(), pojo);
    }

    /** One structure, led by members that are not in the model, as a fault's type is. */
    static byte[] write(JsonFormat format, Map<String, String> first, @Nullable SdkPojo pojo) {
        var bytes = new ByteArrayOutputStream(512);
        try (var generator = format.factory().createGenerator(bytes)) {
            var writer = new JsonWriter(format, generator);
            generator.writeStartObject();
            for (var entry : first.entrySet()) {
                generator.writeStringField(entry.getKey(), entry.getValue());
            }
            if (pojo != null) {
                writer.members(pojo);
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] write(JsonFormat format, Document document) {
        var bytes = new ByteArrayOutputStream(512);
        try (var generator = format.factory().createGenerator(bytes)) {
            new JsonWriter(format, generator).document(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void structure(SdkPojo pojo) throws IOException {
        out.writeStartObject();
        members(pojo);
        out.writeEndObject();
    }

    private void members(SdkPojo pojo) throws IOException {
        for (var field : pojo.sdkFields()) {
            if (Pojos.inResponseBody(field)) {
                var value = Pojos.get(field, pojo);
                if (value != null) {
                    out.writeFieldName(field.unmarshallLocationName());
                    value(field, value);
                }
            }
        }
    }

    private void value(SdkField<?> field, Object value) throws IOException {
        switch (value) {
            case SdkPojo pojo -> structure(pojo);
            case String text -> out.writeString(text);
            case Boolean bool -> out.writeBoolean(bool);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Short number -> out.writeNumber(number);
            case Byte number -> out.writeNumber(number.shortValue());
            case Float number -> floating(number);
            case Double number -> floating(number);
            case BigDecimal number -> out.writeNumber(number);
            case Instant time -> time(field, time);
            case SdkBytes bytes -> out.writeBinary(bytes.asByteArrayUnsafe());
            case Document document -> document(document);
            default -> {
                if (Pojos.isMap(field)) {
                    map(field, value);
                } else {
                    list(field, value);
                }
            }
        }
    }

    private void list(SdkField<?> field, Object value) throws IOException {
        SdkField<?> member = Pojos.list(field).memberFieldInfo();
        out.writeStartArray();
        for (var item : Pojos.asList(value)) {
            if (item == null) {
                out.writeNull();
            } else {
                value(member, item);
            }
        }
        out.writeEndArray();
    }

    private void map(SdkField<?> field, Object value) throws IOException {
        SdkField<?> valueField = Pojos.map(field).valueFieldInfo();
        out.writeStartObject();
        for (var entry : Pojos.asMap(value).entrySet()) {
            out.writeFieldName(entry.getKey());
            if (entry.getValue() == null) {
                out.writeNull();
            } else {
                value(valueField, entry.getValue());
            }
        }
        out.writeEndObject();
    }

    /** JSON has no word for what is not a finite number: a string says it. */
    private void floating(Number number) throws IOException {
        double value = number.doubleValue();
        if (format == JsonFormat.JSON && !Double.isFinite(value)) {
            out.writeString(Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        } else if (number instanceof Float) {
            out.writeNumber(number.floatValue());
        } else {
            out.writeNumber(value);
        }
    }

    private void time(SdkField<?> field, Instant time) throws IOException {
        if (out instanceof CBORGenerator cbor) {
            cbor.writeTag(CBOR_EPOCH_TAG);
            cbor.writeNumber(time.toEpochMilli() / 1000.0);
            return;
        }
        var wanted = Timestamps.format(field, Format.UNIX_TIMESTAMP);
        switch (wanted) {
            case UNIX_TIMESTAMP -> out.writeNumber(Timestamps.seconds(time));
            case UNIX_TIMESTAMP_MILLIS -> out.writeNumber(time.toEpochMilli());
            case ISO_8601, RFC_822 -> out.writeString(Timestamps.print(time, wanted));
        }
    }

    private void document(Document document) throws IOException {
        if (document.isNull()) {
            out.writeNull();
        } else if (document.isBoolean()) {
            out.writeBoolean(document.asBoolean());
        } else if (document.isString()) {
            out.writeString(document.asString());
        } else if (document.isNumber()) {
            out.writeNumber(new BigDecimal(document.asNumber().stringValue()));
        } else if (document.isList()) {
            out.writeStartArray();
            for (var item : document.asList()) {
                document(item);
            }
            out.writeEndArray();
        } else {
            out.writeStartObject();
            for (var entry : document.asMap().entrySet()) {
                out.writeFieldName(entry.getKey());
                document(entry.getValue());
            }
            out.writeEndObject();
        }
    }
}
