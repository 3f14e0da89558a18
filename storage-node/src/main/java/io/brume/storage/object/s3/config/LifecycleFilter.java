package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectVersion;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * Which versions a rule of a life cycle is about.
 *
 * @param sizeGreaterThan null = of any size
 * @param sizeLessThan null = of any size
 */
record LifecycleFilter(
        String prefix,
        Map<String, String> tags,
        @Nullable Long sizeGreaterThan,
        @Nullable Long sizeLessThan) {
    LifecycleFilter {
        requireNonNull(prefix);
        tags = Map.copyOf(tags);
    }

    static LifecycleFilter of(LifecycleRule rule) {
        var filter = rule.filter();
        if (filter == null) {
            return new LifecycleFilter(text(oldPrefix(rule)), Map.of(), null, null);
        }
        var and = filter.and();
        if (and != null) {
            return new LifecycleFilter(
                    text(and.prefix()),
                    tags(and.tags()),
                    and.objectSizeGreaterThan(),
                    and.objectSizeLessThan());
        }
        return new LifecycleFilter(
                text(filter.prefix()),
                filter.tag() == null ? Map.of() : tags(List.of(filter.tag())),
                filter.objectSizeGreaterThan(),
                filter.objectSizeLessThan());
    }

    /** Older clients say it beside the filter, and AWS's documents still do. */
    @SuppressWarnings("deprecation") // as above: it must still be read
    static @Nullable String oldPrefix(LifecycleRule rule) {
        return rule.prefix();
    }

    private static String text(@Nullable String prefix) {
        return prefix == null ? "" : prefix;
    }

    private static Map<String, String> tags(List<Tag> tags) {
        return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value));
    }

    boolean isBySize() {
        return sizeGreaterThan != null || sizeLessThan != null;
    }

    /** A delete marker has neither tags nor a size, so that no rule about them is about it. */
    boolean matches(ObjectVersion version) {
        if (!version.key().value().startsWith(prefix)) {
            return false;
        }
        if (version.isDeleteMarker()) {
            return tags.isEmpty() && sizeGreaterThan == null && sizeLessThan == null;
        }
        long size = version.content().orElseThrow().size();
        return version.tags().entrySet().containsAll(tags.entrySet())
                && (sizeGreaterThan == null || size > sizeGreaterThan)
                && (sizeLessThan == null || size < sizeLessThan);
    }
}
