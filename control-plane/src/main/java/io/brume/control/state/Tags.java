package io.brume.control.state;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.tag.TagKey;
import io.brume.control.domain.tag.TagRules;
import io.brume.control.store.codec.TagTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The tags of resources. */
public final class Tags {
    private Tags() {}

    /** The tags of a resource, ordered by key. */
    public static List<Tag> of(ReadTransaction tx, AccountId account, ResourceId resource) {
        return tx.stream(TagTables.TAGS, TagTables.of(account, resource.value()))
                .map(row -> new Tag(row.key().key(), row.value()))
                .toList();
    }

    /** The value of a resource's tag. */
    public static Optional<String> value(
            ReadTransaction tx, AccountId account, ResourceId resource, String key) {
        return Optional.ofNullable(
                tx.get(TagTables.TAGS, new TagKey(account, resource.value(), key)));
    }

    /**
     * Sets tags of a resource; those with other keys stay.
     *
     * @param tags already checked by {@link TagRules#checked}
     * @throws io.brume.common.aws.Fault {@code TagLimitExceeded}
     */
    public static void put(
            Transaction tx, AccountId account, ResourceId resource, Collection<Tag> tags) {
        for (Tag tag : tags) {
            tx.put(TagTables.TAGS, new TagKey(account, resource.value(), tag.key()), tag.value());
        }
        if (!tags.isEmpty()) {
            TagRules.checkCount(of(tx, account, resource).size());
        }
    }

    /** Removes one tag, if the resource has it. */
    public static void delete(Transaction tx, AccountId account, ResourceId resource, String key) {
        tx.delete(TagTables.TAGS, new TagKey(account, resource.value(), key));
    }

    /** Removes all tags of a resource that is being deleted. */
    public static void clear(Transaction tx, AccountId account, ResourceId resource) {
        Rows.clear(tx, TagTables.TAGS, TagTables.of(account, resource.value()));
    }
}
