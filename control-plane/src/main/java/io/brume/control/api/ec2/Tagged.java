package io.brume.control.api.ec2;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.tag.Tag;
import io.brume.control.state.Tags;
import io.brume.control.store.ReadTransaction;
import java.util.List;

/** A resource together with the tags that the caller sees on it. */
record Tagged<T>(T it, List<Tag> tags) {
    static <T> Tagged<T> read(ReadTransaction tx, AccountId account, ResourceId id, T it) {
        return new Tagged<>(it, Tags.of(tx, account, id));
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
