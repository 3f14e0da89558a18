package io.brume.cli.faults;

import io.brume.cli.faults.NumberedBlock.WrongBytesException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What may be found in each block of a volume: the write that was acknowledged last, or one of
 * those since whose outcome nobody saw. Once one of these has been read it is what the block holds:
 * it may not go away again. Whoever uses a range takes it first, so that no two requests overlap.
 * Thread-safe.
 */
final class History {
    private final long[] known;
    private final List<Set<Long>> unknown = new ArrayList<>();
    private final BitSet taken = new BitSet();
    private long numbers;

    /** Of a volume of zeros. */
    History(int blocks) {
        known = new long[blocks];
        for (int i = 0; i < blocks; i++) {
            unknown.add(Set.of());
        }
    }

    int blocks() {
        return known.length;
    }

    /** Takes a range of blocks, unless somebody has some of it. */
    synchronized boolean take(int first, int count) {
        int next = taken.nextSetBit(first);
        if (next >= 0 && next < first + count) {
            return false;
        }
        taken.set(first, first + count);
        return true;
    }

    synchronized void give(int first, int count) {
        taken.clear(first, first + count);
    }

    /** The number of a new write. */
    synchronized long next() {
        return ++numbers;
    }

    /** How many writes there were. */
    synchronized long count() {
        return numbers;
    }

    /** The range holds this, and nothing before it. */
    synchronized void acknowledged(int first, int count, long content) {
        for (int block = first; block < first + count; block++) {
            known[block] = content;
            unknown.set(block, Set.of());
        }
    }

    /** Each block of the range may hold this. */
    synchronized void maybe(int first, int count, long content) {
        for (int block = first; block < first + count; block++) {
            Set<Long> more = new HashSet<>(unknown.get(block));
            more.add(content);
            unknown.set(block, more);
        }
    }

    /**
     * Checks what was read of a range that is taken or at rest.
     *
     * @throws WrongBytesException when it may not hold that
     */
    synchronized void check(int first, ByteBuffer data) throws WrongBytesException {
        for (int block = first; data.hasRemaining(); block++) {
            long found = NumberedBlock.take(data, (long) block * NumberedBlock.BYTES);
            if (found != known[block] && !unknown.get(block).contains(found)) {
                throw new WrongBytesException(
                        "block %d holds write %d; acknowledged was %d, without an answer %s"
                                .formatted(block, found, known[block], unknown.get(block)));
            }
            known[block] = found;
            unknown.set(block, Set.of());
        }
    }
}
