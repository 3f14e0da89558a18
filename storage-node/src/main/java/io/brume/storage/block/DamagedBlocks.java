package io.brume.storage.block;

import java.util.TreeSet;

/**
 * Blocks of a replica that were found damaged since the program started. Bounded: of more it knows
 * only how many; who mends the known ones finds the others. Thread-safe.
 */
final class DamagedBlocks {
    private static final int MOST = 4096;

    private final TreeSet<Long> known = new TreeSet<>();
    private long found;

    /** A block is damaged. */
    synchronized void add(long block) {
        if (known.size() < MOST ? known.add(block) : !known.contains(block)) {
            found++;
        }
    }

    /** A block is right again. */
    synchronized void remove(long block) {
        known.remove(block);
    }

    /** In order. */
    synchronized long[] all() {
        return known.stream().mapToLong(Long::longValue).toArray();
    }

    /** How many there have been. */
    synchronized long found() {
        return found;
    }
}
