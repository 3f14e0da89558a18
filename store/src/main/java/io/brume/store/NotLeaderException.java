package io.brume.store;

import org.jspecify.annotations.Nullable;

/** This member does not lead; nothing happened. Ask the member that the hint names. */
public final class NotLeaderException extends StoreUnavailableException {
    private static final long serialVersionUID = 1;

    private final @Nullable String leader;

    public NotLeaderException(@Nullable String leader) {
        super(leader == null ? "no leader is known" : "the leader is " + leader);
        this.leader = leader;
    }

    /** The name of the member that leads, or null if none is known. */
    public @Nullable String leader() {
        return leader;
    }
}
