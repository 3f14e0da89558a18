package io.brume.store.machine;

import io.brume.store.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the commits of one log entry changed.
 *
 * @param firstRevision the revision of the first commit; the others follow without a gap
 * @param writes the writes of each commit, at least one commit
 * @param size about how many bytes they take
 */
public record Block(long firstRevision, List<Map<Bytes, Optional<byte[]>>> writes, int size) {
    static Block of(long firstRevision, List<Map<Bytes, Optional<byte[]>>> writes) {
        int size = 0;
        for (Map<Bytes, Optional<byte[]>> commit : writes) {
            for (Map.Entry<Bytes, Optional<byte[]>> write : commit.entrySet()) {
                size +=
                        16
                                + write.getKey().length()
                                + write.getValue().map(v -> v.length).orElse(0);
            }
        }
        return new Block(firstRevision, writes, size);
    }

    /** The revision of the last commit. */
    public long lastRevision() {
        return firstRevision + writes.size() - 1;
    }
}
