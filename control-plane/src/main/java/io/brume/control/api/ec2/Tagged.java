package io.brume.control.api.ec2;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.tag.Tag;
import io.brume.control.state.Tags;
import io.brume.store.ReadTransaction;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A resource together with the tags that the caller sees on it. */
record Tagged<T>(T it, List<Tag> tags) {
    static <T> Tagged<T> read(ReadTransaction tx, AccountId account, ResourceId id, T it) {
        return new Tagged<>(it, Tags.of(tx, account, id));
    }

    /** The tags by their keys, as filters look at them. */
    Map<String, String> tagMap() {
        return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value));
    }

    /** For a filter: what the resource itself has, as text; null where it has none. */
    static <T> Function<Tagged<T>, @Nullable String> text(Function<T, @Nullable Object> of) {
        return tagged -> {
            Object value = of.apply(tagged.it());
            return value == null ? null : value.toString();
        };
    }

    /** For a filter: the several values that the resource itself has. */
    static <T> Function<Tagged<T>, List<String>> texts(Function<T, Stream<String>> of) {
        return tagged -> of.apply(tagged.it()).toList();
    }

    /** In AWS's class. */
    List<software.amazon.awssdk.services.ec2.model.Tag> shownTags() {
        return show(tags);
    }

    static List<software.amazon.awssdk.services.ec2.model.Tag> show(List<Tag> tags) {
        return tags.stream()
                .map(tag ->
                        software.amazon.awssdk.services.ec2.model.Tag.builder()
                                .key(tag.key())
                                .value(tag.value())
                                .build())
                .toList();
    }
}
