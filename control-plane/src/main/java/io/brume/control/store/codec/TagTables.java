package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.tag.TagKey;
import io.brume.proto.state.v1.TagRecord;
import io.brume.store.Codec;
import io.brume.store.KeyCodec;
import io.brume.store.KeyRange;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;

/** Tags: a row each, by (account, resource, key). */
public final class TagTables {
    private static final PairKeyCodec<Resource, AccountId, String> RESOURCES =
            KeyCodec.pair(
                    Keys.ACCOUNT,
                    KeyCodec.string(),
                    Resource::new,
                    Resource::account,
                    Resource::id);
    private static final PairKeyCodec<TagKey, Resource, String> KEYS =
            KeyCodec.pair(
                    RESOURCES,
                    KeyCodec.string(),
                    (resource, key) -> new TagKey(resource.account(), resource.id(), key),
                    tag -> new Resource(tag.account(), tag.resourceId()),
                    TagKey::key);
    private static final Codec<String> VALUES =
            Messages.codec(
                    TagRecord.parser(),
                    value -> TagRecord.newBuilder().setValue(value).build(),
                    TagRecord::getValue);

    /** The values of tags. */
    public static final Table<TagKey, String> TAGS = Table.of(20, "tags", KEYS, VALUES);

    private TagTables() {}

    private record Resource(AccountId account, String id) {}

    /** All tags of a resource. */
    public static KeyRange<TagKey> of(AccountId account, String resourceId) {
        return KEYS.startingWith(new Resource(account, resourceId));
    }

    /** All tags of an account. */
    public static KeyRange<TagKey> of(AccountId account) {
        return KeyRange.prefix(Keys.ACCOUNT.encode(account));
    }
}
