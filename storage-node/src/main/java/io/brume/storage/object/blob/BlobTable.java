package io.brume.storage.object.blob;

import io.brume.storage.object.model.BlobId;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where every blob of this disk is, in memory outside the heap. Nothing here is on a disk: what a
 * start finds there fills it. Thread-safe.
 */
final class BlobTable implements AutoCloseable {
    private static final int GROUPS = 1 << 16;

    private final AtomicReferenceArray<@Nullable GroupTable> groups =
            new AtomicReferenceArray<>(GROUPS);

    long get(BlobId id) {
        GroupTable group = groups.get(id.group());
        return group == null ? 0 : group.get(id);
    }

    /** See {@link GroupTable#replace}. */
    boolean replace(BlobId id, long expected, long now) {
        return group(id.group()).replace(id, expected, now);
    }

    private synchronized GroupTable make(int number) {
        GroupTable group = groups.get(number);
        if (group == null) {
            group = new GroupTable(number);
            groups.set(number, group);
        }
        return group;
    }

    private GroupTable group(int number) {
        GroupTable group = groups.get(number);
        return group == null ? make(number) : group;
    }

    long count() {
        return used().mapToLong(number -> group(number).count()).sum();
    }

    long count(int group) {
        return groups.get(group) == null ? 0 : group(group).count();
    }

    /** The groups that blobs are of, or were. */
    IntStream used() {
        return IntStream.range(0, GROUPS).filter(number -> groups.get(number) != null);
    }

    List<BlobId> names(int group, BlobId after, int limit, GroupTable.Wanted wanted) {
        return groups.get(group) == null ? List.of() : group(group).names(after, limit, wanted);
    }

    void settle(BlobId id) {
        group(id.group()).settle(id);
    }

    long[] digest(int group, int ranges) {
        return groups.get(group) == null ? new long[ranges] : group(group).digest(ranges);
    }

    @Override
    public void close() {
        used().forEach(number -> group(number).close());
    }
}
