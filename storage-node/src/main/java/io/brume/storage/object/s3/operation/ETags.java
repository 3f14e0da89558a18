package io.brume.storage.object.s3.operation;

import java.util.Arrays;

/** Entity tags: kept without quotes, sent with. */
final class ETags {
    private ETags() {}

    static String quoted(String etag) {
        return '"' + etag + '"';
    }

    static String unquoted(String text) {
        var tag = text.strip();
        if (tag.startsWith("W/")) {
            tag = tag.substring(2);
        }
        return tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")
                ? tag.substring(1, tag.length() - 1)
                : tag;
    }

    /** Whether a list of tags, or a star, has this one. */
    static boolean listed(String header, String etag) {
        return Arrays.stream(header.split(",", -1))
                .map(ETags::unquoted)
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
    }
}
