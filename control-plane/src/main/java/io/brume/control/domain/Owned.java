package io.brume.control.domain;

import static java.util.Objects.requireNonNull;

/** The key of a resource: whose it is, then which. Another account's resource is another key. */
public record Owned<I extends ResourceId>(AccountId account, I id) {
    public Owned {
        requireNonNull(account);
        requireNonNull(id);
    }
}
