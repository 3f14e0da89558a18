package io.brume.control.domain.tag;

import io.brume.common.aws.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What AWS allows of tags. Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions">Tag
 * restrictions</a>.
 */
public final class TagRules {
    /** How many tags a resource may have. */
    public static final int MAX_TAGS = 50;

    /** How many resources one call may tag. */
    public static final int MAX_RESOURCES = 1000;

    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    private TagRules() {}

    /**
     * The same tags, each of which a user may set and no key of which comes twice.
     *
     * @throws Fault {@code InvalidParameterValue}, {@code TagLimitExceeded}
     */
    public static List<Tag> checked(List<Tag> tags) {
        Set<String> keys = new HashSet<>();
        for (Tag tag : tags) {
            checkKey(tag.key());
            if (length(tag.value()) > MAX_VALUE) {
                throw invalid("Tag value exceeds the maximum length of 256 characters");
            }
            if (!keys.add(tag.key())) {
                throw invalid("Duplicate tag key '" + tag.key() + "' specified.");
            }
        }
        checkCount(tags.size());
        return List.copyOf(tags);
    }

    /**
     * A key that a user may set or delete.
     *
     * @throws Fault {@code InvalidParameterValue}
     */
    public static void checkKey(String key) {
        if (key.isEmpty()) {
            throw invalid("Tag key cannot be empty");
        }
        if (length(key) > MAX_KEY) {
            throw invalid("Tag key exceeds the maximum length of 128 characters");
        }
        if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
            throw invalid(
                    "Tag keys starting with 'aws:' are reserved for internal use: '" + key + "'");
        }
    }

    /**
     * How many a resource would have.
     *
     * @throws Fault {@code TagLimitExceeded}
     */
    public static void checkCount(int count) {
        if (count > MAX_TAGS) {
            throw Fault.quota(
                    "TagLimitExceeded",
                    "The maximum number of Tags for a resource has been reached.");
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static Fault invalid(String message) {
        return Fault.invalid("InvalidParameterValue", message);
    }
}
