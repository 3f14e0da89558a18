package io.brume.common.aws;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** Reads JSON and CBOR request bodies into model classes, token by token. */
final class JsonReader {
    private final JsonFormat format;
    private final JsonParser parser;

    private JsonReader(JsonFormat format, JsonParser parser) {
        this.format = format;
        this.parser = parser;
    }

    /**
     * @param body may be empty, which sets nothing
     * @throws Malformed when it is not such a document, or a member is not of its type
     */
    static SdkPojo read(JsonFormat format, byte[] body, SdkPojo into) {
        if (body.length == 0) {
            return into;
        }
        try (var parser = format.factory().createParser(body)) {
            var reader = new JsonReader(format, parser);
            reader.expect(parser.nextToken(), JsonToken.START_OBJECT);
            reader.members(into);
            if (parser.nextToken() != null) {
                throw Malformed.document("text follows the document");
            }
            return into;
        } catch (StreamConstraintsException e) {
            throw Malformed.limit("the document is too large");
        } catch (JacksonException e) {
            throw Malformed.document("the document is not well-formed");
        } catch (IOException e) {
            throw Malformed.document("the document ends too early");
        }
    }

    /** A whole document of any shape, for members of that type. */
    static Document readDocument(JsonFormat format, byte[] body) {
        try (var parser = format.factory().createParser(body)) {
            var document = new JsonReader(format, parser).document(parser.nextToken());
            if (parser.nextToken() != null) {
                throw Malformed.document("text follows the document");
            }
            return document;
        } catch (JacksonException e) {
            throw Malformed.document("the document is not well-formed");
        } catch (IOException e) {
            throw Malformed.document("the document ends too early");
        }
    }

    private void members(SdkPojo into) throws IOException {
        var fields = into.sdkFieldNameToField();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            var token = parser.nextToken();
            SdkField<?> field = field(fields, into, name);
            if (field == null || !Pojos.inRequestBody(field)) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                field.set(into, value(token, field));
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
    }

    /** By name on the wire; the SDK's own table holds those, but is empty for some classes. */
    private static @Nullable SdkField<?> field(
            Map<String, SdkField<?>> fields, SdkPojo pojo, String name) {
        var found = fields.get(name);
        if (found != null || !fields.isEmpty()) {
            return found;
        }
        for (var field : pojo.sdkFields()) {
            if (field.locationName().equals(name)) {
                return field;
            }
        }
        return null;
    }

    private Object value(@Nullable JsonToken token, SdkField<?> field) throws IOException {
        return switch (Pojos.type(field)) {
            case SDK_POJO -> {
                expect(token, JsonToken.START_OBJECT);
                var inner = field.constructor().get();
                members(inner);
                yield Pojos.build(inner);
            }
            case LIST -> list(token, field);
            case MAP -> map(token, field);
            case DOCUMENT -> document(token);
            case STRING -> text(token);
            case BOOLEAN -> bool(token);
            case INTEGER -> (int) integer(token, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> integer(token, Long.MIN_VALUE, Long.MAX_VALUE);
            case SHORT -> (short) integer(token, Short.MIN_VALUE, Short.MAX_VALUE);
            case BYTE -> (byte) integer(token, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case FLOAT -> (float) floating(token);
            case DOUBLE -> floating(token);
            case BIG_DECIMAL -> decimal(token);
            case INSTANT -> time(token, field);
            case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(bytes(token));
            case NULL -> throw Malformed.value("a member cannot be read");
        };
    }

    private List<@Nullable Object> list(@Nullable JsonToken token, SdkField<?> field)
            throws IOException {
        expect(token, JsonToken.START_ARRAY);
        SdkField<?> member = Pojos.list(field).memberFieldInfo();
        var list = new ArrayList<@Nullable Object>();
        for (var next = parser.nextToken();
                next != JsonToken.END_ARRAY;
                next = parser.nextToken()) {
            list.add(next == JsonToken.VALUE_NULL ? null : value(next, member));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(@Nullable JsonToken token, SdkField<?> field)
            throws IOException {
        expect(token, JsonToken.START_OBJECT);
        SdkField<?> valueField = Pojos.map(field).valueFieldInfo();
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (var key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            var next = parser.nextToken();
            map.put(key, next == JsonToken.VALUE_NULL ? null : value(next, valueField));
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
        return map;
    }

    private Document document(@Nullable JsonToken token) throws IOException {
        if (token == null) {
            throw Malformed.document("the document is empty");
        }
        return switch (token) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Document>();
                for (var key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                    map.put(key, document(parser.nextToken()));
                }
                yield Document.fromMap(map);
            }
            case START_ARRAY -> {
                var list = new ArrayList<Document>();
                for (var next = parser.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    list.add(document(next));
                }
                yield Document.fromList(list);
            }
            case VALUE_STRING -> Document.fromString(parser.getText());
            case VALUE_TRUE -> Document.fromBoolean(true);
            case VALUE_FALSE -> Document.fromBoolean(false);
            case VALUE_NULL -> Document.fromNull();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    Document.fromNumber(
                            software.amazon.awssdk.core.SdkNumber.fromString(parser.getText()));
            default -> throw unexpected("a document");
        };
    }

    private String text(@Nullable JsonToken token) throws IOException {
        expect(token, JsonToken.VALUE_STRING);
        return parser.getText();
    }

    private boolean bool(@Nullable JsonToken token) {
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE;
        }
        throw unexpected("a boolean");
    }

    /** Whole numbers, also those that some clients write as 1.0. */
    private long integer(@Nullable JsonToken token, long least, long most) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            var number = number();
            if (number.precision() - (long) number.scale() <= 20 && number.scale() < 40) {
                try {
                    long exact = number.longValueExact();
                    if (exact >= least && exact <= most) {
                        return exact;
                    }
                } catch (ArithmeticException e) {
                    // answered below, as a number out of range is
                }
            }
        }
        throw unexpected("an integer in range");
    }

    private double floating(@Nullable JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return parser.getDoubleValue();
        }
        if (token == JsonToken.VALUE_STRING) {
            switch (parser.getText()) {
                case "NaN" -> {
                    return Double.NaN;
                }
                case "Infinity" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-Infinity" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                default -> {}
            }
        }
        throw unexpected("a number");
    }

    private BigDecimal decimal(@Nullable JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return number();
        }
        throw unexpected("a number");
    }

    /** A CBOR float may be NaN or infinite, which is no decimal. */
    private BigDecimal number() throws IOException {
        try {
            return parser.getDecimalValue();
        } catch (NumberFormatException e) {
            throw unexpected("a finite number");
        }
    }

    private Instant time(@Nullable JsonToken token, SdkField<?> field) throws IOException {
        var wanted =
                format == JsonFormat.CBOR
                        ? Format.UNIX_TIMESTAMP
                        : Timestamps.format(field, Format.UNIX_TIMESTAMP);
        boolean isNumber =
                token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
        return switch (wanted) {
            case UNIX_TIMESTAMP, UNIX_TIMESTAMP_MILLIS -> {
                if (!isNumber) {
                    throw unexpected("a time in seconds");
                }
                var number = number();
                yield Timestamps.epochSeconds(
                        wanted == Format.UNIX_TIMESTAMP ? number : number.movePointLeft(3));
            }
            case ISO_8601, RFC_822 -> Timestamps.parse(text(token), wanted);
        };
    }

    private byte[] bytes(@Nullable JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
            return parser.getBinaryValue();
        }
        if (format == JsonFormat.CBOR) {
            throw unexpected("a byte string");
        }
        return Scalars.base64(text(token));
    }

    private void expect(@Nullable JsonToken token, JsonToken wanted) {
        if (token != wanted) {
            throw unexpected(
                    switch (wanted) {
                        case START_OBJECT -> "a structure";
                        case START_ARRAY -> "a list";
                        case VALUE_STRING -> "a string";
                        default -> "the end";
                    });
        }
    }

    /** Names the member by its path, never its value, which may be a secret. */
    private Malformed unexpected(String wanted) {
        return Malformed.value(
                Scalars.clip(parser.getParsingContext().pathAsPointer().toString())
                        + " is not "
                        + wanted);
    }
}
