package io.brume.store.machine;

import io.brume.store.Bytes;
import io.brume.store.KeyRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What has changed lately, bounded: decides whether something that was read has changed since, and
 * feeds the watches. The bound is part of the replicated format, because every member must forget
 * the same: change it only with a new form of entry.
 *
 * <p>One thread changes it; {@link #between} may be called by any.
 */
public final class RecentChanges {
    /** How many bytes of changes are remembered, about. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** How many commits are remembered. */
    static final int MAX_COMMITS = 65_536;

    private final int maxBytes;
    private final int maxCommits;
    private final ConcurrentSkipListMap<Long, Block> blocks = new ConcurrentSkipListMap<>();
    private final Map<Bytes, Long> lastWriter = new HashMap<>();
    private volatile long floor;
    private long bytes;

    RecentChanges(int maxBytes, int maxCommits) {
        this.maxBytes = maxBytes;
        this.maxCommits = maxCommits;
    }

    /** Everything after this revision is remembered. */
    public long floor() {
        return floor;
    }

    /**
     * The remembered changes after a revision up to another, in order; complete only if {@link
     * #floor()}, read afterwards, is not above the first.
     */
    public List<Block> between(long afterRevision, long upToRevision) {
        if (upToRevision <= afterRevision) {
            return List.of();
        }
        return new ArrayList<>(blocks.subMap(afterRevision, false, upToRevision, true).values());
    }

    /** Begins anew: nothing is remembered, and nothing before this revision can be checked. */
    void reset(long atFloor) {
        blocks.clear();
        lastWriter.clear();
        bytes = 0;
        floor = atFloor;
    }

    /** Takes note of a commit before its block is whole, so that the next one is checked by it. */
    void wrote(long revision, Map<Bytes, Optional<byte[]>> writes) {
        writes.keySet().forEach(key -> lastWriter.put(key, revision));
    }

    /** Remembers a block whose commits have been noted. */
    void add(Block block) {
        blocks.put(block.lastRevision(), block);
        bytes += block.size();
    }

    /** Forgets the oldest blocks beyond the bound and returns them. The newest always stays. */
    List<Block> trim() {
        List<Block> forgotten = new ArrayList<>();
        while (blocks.size() > 1) {
            Block oldest = blocks.firstEntry().getValue();
            long commits = blocks.lastKey() - oldest.firstRevision() + 1;
            if (bytes <= maxBytes && commits <= maxCommits) {
                break;
            }
            forget(oldest);
            forgotten.add(oldest);
        }
        return forgotten;
    }

    private void forget(Block oldest) {
        floor = oldest.lastRevision();
        blocks.remove(oldest.lastRevision());
        bytes -= oldest.size();
        long revision = oldest.firstRevision();
        for (Map<Bytes, Optional<byte[]>> writes : oldest.writes()) {
            for (Bytes key : writes.keySet()) {
                lastWriter.remove(key, revision);
            }
            revision++;
        }
    }

    /** Whether a key was written after a revision that is not below the floor. */
    boolean changed(Bytes key, long afterRevision) {
        Long writer = lastWriter.get(key);
        return writer != null && writer > afterRevision;
    }

    /**
     * Whether a key of a range was written after a revision that is not below the floor. Costs the
     * number of keys written since, not what the range holds.
     *
     * @param pending the commits of the block that is being made, from this first revision on
     */
    boolean changed(
            KeyRange<Bytes> range, long afterRevision, List<Map<Bytes, Optional<byte[]>>> pending) {
        for (Map<Bytes, Optional<byte[]>> writes : pending) {
            if (touches(writes, range)) {
                return true;
            }
        }
        for (Block block : blocks.tailMap(afterRevision, false).values()) {
            long revision = block.firstRevision();
            for (Map<Bytes, Optional<byte[]>> writes : block.writes()) {
                if (revision > afterRevision && touches(writes, range)) {
                    return true;
                }
                revision++;
            }
        }
        return false;
    }

    private static boolean touches(Map<Bytes, Optional<byte[]>> writes, KeyRange<Bytes> range) {
        for (Bytes key : writes.keySet()) {
            if (range.contains(key)) {
                return true;
            }
        }
        return false;
    }
}
