package io.brume.common.aws;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** Lists in one header: parted by commas, with quotes around what holds a comma itself. */
final class HeaderLists {
    private HeaderLists() {}

    /** Dates as HTTP writes them hold a comma and no quotes. */
    static boolean areHttpDates(SdkField<?> member) {
        return switch (Pojos.type(member)) {
            case INSTANT -> Timestamps.format(member, Format.RFC_822) == Format.RFC_822;
            default -> false;
        };
    }

    static List<String> split(String text, boolean dates) {
        var items = new ArrayList<String>();
        int at = 0;
        while (at < text.length()) {
            at = skipBlanks(text, at);
            if (at < text.length() && text.charAt(at) == '"') {
                var item = new StringBuilder();
                at = quoted(text, at + 1, item);
                items.add(item.toString());
                int comma = text.indexOf(',', at);
                at = comma < 0 ? text.length() : comma + 1;
            } else {
                int end = text.indexOf(',', at);
                if (dates && end >= 0) {
                    end = text.indexOf(',', end + 1);
                }
                end = end < 0 ? text.length() : end;
                items.add(text.substring(at, end).strip());
                at = end + 1;
            }
        }
        return items;
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /** Reads up to the closing quote, if there is one, and returns what comes after it. */
    private static int quoted(String text, int from, StringBuilder into) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            into.append(text.charAt(at++));
        }
        return at + 1;
    }

    /** One item as it must be written to be read back. */
    static String quote(String item) {
        return item.indexOf(',') < 0 && item.indexOf('"') < 0
                ? item
                : '"' + item.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
