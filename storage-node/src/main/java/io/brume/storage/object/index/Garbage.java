package io.brume.storage.object.index;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.Blob;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What the index named once and names no more: for whoever frees the bytes. A blob is garbage from
 * the commit on that stopped naming it until it is forgotten. Thread-safe; blocks; fails as {@link
 * ObjectIndex} does.
 */
public interface Garbage {
    /** How long somebody may still read what is garbage. */
    enum Kind {
        /** The only blob of its content: who found the content opens it at once or never. */
        BRIEF,

        /** One of several: who reads the content comes to it later. */
        LASTING;

        public static Kind of(boolean lasting) {
            return lasting ? LASTING : BRIEF;
        }

        public boolean isLasting() {
            return this == LASTING;
        }
    }

    /**
     * A blob that is garbage.
     *
     * @param since about when it became that
     */
    record Item(Kind kind, Instant since, Blob blob) {}

    /**
     * Some blobs of a kind that were garbage before an instant, the oldest first, at most {@code
     * limit}; none = there are none.
     */
    List<Item> garbage(Kind kind, Instant before, int limit);

    /** Says that blobs have been freed. May be repeated. */
    void forget(Collection<Item> freed);

    /**
     * Whether the index names a blob, or may still find out that it does not. A blob that is being
     * written is not named yet.
     *
     * @param claim what was written beside the blob
     */
    boolean isNamed(Blob blob, BlobClaim claim);
}
