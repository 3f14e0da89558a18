package io.brume.storage.object.index.group;

/** What a node is in the index's group. */
public enum IndexRole {
    /** No member. */
    NONE,
    /** A member that knows no leader, or is not in the group yet. */
    WAITING,
    FOLLOWER,
    LEADER
}
