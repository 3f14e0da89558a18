package io.brume.control.domain.tag;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;

/** Where a tag is kept: whose resource, which, and the tag's key. */
public record TagKey(AccountId account, String resourceId, String key) {
    public TagKey {
        requireNonNull(account);
        requireNonNull(resourceId);
        requireNonNull(key);
    }
}
