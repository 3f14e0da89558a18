package io.brume.storage.object.s3.operation;

import io.brume.common.aws.Fault;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.S3Faults;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Tag;

/** An object's tags, within S3's bounds. */
final class Tags {
    private static final int MOST = 10;
    private static final int MOST_KEY = 128;
    private static final int MOST_VALUE = 256;

    private Tags() {}

    /** Those of the header {@code x-amz-tagging}, written as a query. */
    static Map<String, String> ofHeader(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return Map.of();
        }
        int pairs = (int) header.chars().filter(c -> c == '&').count() + 1;
        var tags = Query.parse(header).asMap();
        if (tags.size() < pairs) {
            throw invalid("Cannot provide multiple Tags with the same key");
        }
        return checked(tags);
    }

    static Map<String, String> of(Collection<Tag> given) {
        var tags = new LinkedHashMap<String, String>();
        for (var tag : given) {
            if (tag.key() == null || tag.value() == null) {
                throw S3Faults.malformedXml();
            }
            if (tags.put(tag.key(), tag.value()) != null) {
                throw invalid("Cannot provide multiple Tags with the same key");
            }
        }
        return checked(tags);
    }

    static List<Tag> toModel(Map<String, String> tags) {
        var list = new ArrayList<Tag>();
        new TreeMap<>(tags)
                .forEach((key, value) -> list.add(Tag.builder().key(key).value(value).build()));
        return list;
    }

    private static Map<String, String> checked(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw Fault.invalid("BadRequest", "Object tags cannot be greater than " + MOST);
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > MOST_KEY) {
                throw invalid("The TagKey you have provided is invalid");
            }
            if (value.length() > MOST_VALUE) {
                throw invalid("The TagValue you have provided is invalid");
            }
            if (key.startsWith("aws:")) {
                throw invalid("System tags cannot be added/updated by requester");
            }
        });
        return Map.copyOf(tags);
    }

    private static Fault invalid(String message) {
        return Fault.invalid("InvalidTag", message);
    }
}
