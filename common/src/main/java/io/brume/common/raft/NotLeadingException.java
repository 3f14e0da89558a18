package io.brume.common.raft;

import org.jspecify.annotations.Nullable;

/** This member does not lead; nothing has happened. */
public final class NotLeadingException extends RaftFailedException {
    private static final long serialVersionUID = 1;

    private final @Nullable String leader;

    public NotLeadingException(@Nullable String leader) {
        super(leader == null ? "no leader is known" : "the leader is " + leader, null);
        this.leader = leader;
    }

    /** The name of the member that leads, or null if none is known. */
    public @Nullable String leader() {
        return leader;
    }
}
