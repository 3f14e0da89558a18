package io.brume.store.machine;

import io.brume.store.Bytes;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps rows: the machine's only way to a disk, and the seam at which tests break it. One thread
 * writes; views may be taken by the same thread and read by any.
 *
 * <p>Any method may throw {@link RowsFailedException}; the rows are then in an unknown state and
 * are opened anew.
 */
public interface Rows {
    /**
     * Changes rows, all or none: an absent value deletes. Seen by every later view; durable only
     * after a flush, and after a crash some prefix of the writes since the last flush may be there.
     */
    void write(Map<Bytes, Optional<byte[]>> changes);

    /** What the rows are now. */
    RowView view();
}
