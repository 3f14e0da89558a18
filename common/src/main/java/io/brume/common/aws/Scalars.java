package io.brume.common.aws;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/**
 * Scalars as text, the way form parameters, XML, paths and headers carry them. Strict: what is not
 * a number or a boolean is refused, so that nothing is guessed from a stranger's text.
 */
final class Scalars {
    private Scalars() {}

    /**
     * @param implied the format of times where the member names none
     * @throws Malformed when the text is not of the member's type
     */
    static Object parse(SdkField<?> field, String text, Format implied) {
        return switch (Pojos.type(field)) {
            case STRING -> text;
            case BOOLEAN -> bool(text);
            case INTEGER -> (int) integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> integer(text, Long.MIN_VALUE, Long.MAX_VALUE);
            case SHORT -> (short) integer(text, Short.MIN_VALUE, Short.MAX_VALUE);
            case BYTE -> (byte) integer(text, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case FLOAT -> (float) floating(text);
            case DOUBLE -> floating(text);
            case BIG_DECIMAL -> decimal(text);
            case INSTANT -> Timestamps.parse(text, Timestamps.format(field, implied));
            case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(base64(text));
            case NULL, SDK_POJO, LIST, MAP, DOCUMENT ->
                    throw Malformed.value("'" + clip(text) + "' is not a structure");
        };
    }

    static String print(SdkField<?> field, Object value, Format implied) {
        return switch (value) {
            case Instant time -> Timestamps.print(time, Timestamps.format(field, implied));
            case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
            case BigDecimal number -> number.toPlainString();
            case Double number -> floating(number);
            case Float number -> floating(number.doubleValue(), number.toString());
            default -> value.toString();
        };
    }

    private static String floating(double number) {
        return floating(number, Double.toString(number));
    }

    private static String floating(double number, String text) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        return text;
    }

    /** In any case, since botocore sent Python's True and False in headers until 2023. */
    private static boolean bool(String text) {
        return switch (text.length() > 5 ? text : text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Malformed.value("'" + clip(text) + "' is not a boolean");
        };
    }

    private static long integer(String text, long least, long most) {
        try {
            if (!text.startsWith("+") && text.length() <= Limits.NUMBER) {
                long number = Long.parseLong(text);
                if (number >= least && number <= most) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            // answered below, as a number out of range is
        }
        throw Malformed.value("'" + clip(text) + "' is not an integer in range");
    }

    private static double floating(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> {
                if (!isDecimal(text)) {
                    throw Malformed.value("'" + clip(text) + "' is not a number");
                }
                yield Double.parseDouble(text);
            }
        };
    }

    private static BigDecimal decimal(String text) {
        if (!isDecimal(text)) {
            throw Malformed.value("'" + clip(text) + "' is not a number");
        }
        return new BigDecimal(text);
    }

    /** Whether the text is a number as JSON writes it; keeps Java's own forms (0x1p3, 1d) out. */
    static boolean isDecimal(String text) {
        int length = text.length();
        if (length == 0 || length > Limits.NUMBER) {
            return false;
        }
        int at = text.charAt(0) == '-' ? 1 : 0;
        int whole = digits(text, at);
        at += whole;
        int fraction = 0;
        if (at < length && text.charAt(at) == '.') {
            fraction = digits(text, at + 1);
            at += 1 + fraction;
        }
        if (whole + fraction == 0) {
            return false;
        }
        if (at < length && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < length && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            int exponent = digits(text, at);
            // more digits would make a BigDecimal that takes minutes to print
            return exponent > 0 && exponent <= 4 && at + exponent == length;
        }
        return at == length;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }

    static byte[] base64(String text) {
        var stripped = text.strip();
        try {
            if (stripped.length() % 4 == 0) { // Java would take it without its padding
                return Base64.getDecoder().decode(stripped);
            }
        } catch (IllegalArgumentException e) {
            // answered below, as one without its padding is
        }
        throw Malformed.value("a blob is not base64");
    }

    /** Enough of a stranger's text to recognise it by in a message. */
    static String clip(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }
}
