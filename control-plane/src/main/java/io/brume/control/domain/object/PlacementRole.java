package io.brume.control.domain.object;

/** What a member of a placement group has of it. */
public enum PlacementRole {
    /** Gets every new blob, and is fetching what the others have. */
    FILLING,
    /** Has had everything at some time; what it was not reached for since, it fetches. */
    FILLED,
    /** Gets no new blobs; it stays until the others are sure to have all that it has. */
    LEAVING
}
