package io.brume.storage.object.blob;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.brume.storage.object.model.BlobId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the blobs of one placement group are: 24 bytes a slot outside the heap, 29 to 58 bytes a
 * blob. Thread-safe.
 *
 * <p>Names are random, so a name's upper bits are its hash: blobs lie in the order of their names
 * but for those that met. So a range of names is a range of slots.
 *
 * <pre>
 * slot: u64 high, its upper 16 bits: 1 = settled   u64 low   u64 location, 0 = empty
 * </pre>
 *
 * <p>A blob is settled when it was found to be needed: whoever stops needing it will say so.
 */
final class GroupTable implements AutoCloseable {
    private static final int SLOT = 24;
    private static final int RANDOM_BITS = 48;
    private static final int FIRST_BITS = 6;
    private static final long RANDOM = (1L << RANDOM_BITS) - 1;
    private static final long SETTLED = 1L << RANDOM_BITS;

    private final long group;

    private Arena arena = Arena.ofShared();
    private MemorySegment slots;
    private int bits = FIRST_BITS;
    private long room;
    private long count;

    GroupTable(int group) {
        this.group = (long) group << RANDOM_BITS;
        slots = make(arena);
    }

    /** What comes after the last home is for those that have met there: nothing wraps around. */
    private MemorySegment make(Arena in) {
        room = (1L << bits) + (1L << bits >> 3) + 56;
        return in.allocate(room * SLOT, 8);
    }

    private long home(long high) {
        return (high & RANDOM) >>> (RANDOM_BITS - bits);
    }

    private long high(long slot) {
        return slots.get(JAVA_LONG, slot * SLOT);
    }

    private long low(long slot) {
        return slots.get(JAVA_LONG, slot * SLOT + 8);
    }

    private long location(long slot) {
        return slots.get(JAVA_LONG, slot * SLOT + 16);
    }

    private void set(long slot, long high, long low, long location) {
        slots.set(JAVA_LONG, slot * SLOT, high);
        slots.set(JAVA_LONG, slot * SLOT + 8, low);
        slots.set(JAVA_LONG, slot * SLOT + 16, location);
    }

    /** The slot of a blob, or the empty one where it belongs; {@code room} when there is none. */
    private long find(long high, long low) {
        long slot = home(high);
        while (slot < room
                && location(slot) != 0
                && (low(slot) != low || ((high(slot) ^ high) & RANDOM) != 0)) {
            slot++;
        }
        return slot;
    }

    private BlobId id(long slot) {
        return new BlobId(group | (high(slot) & RANDOM), low(slot));
    }

    /** Where a blob is; 0 = nowhere. */
    synchronized long get(BlobId id) {
        long slot = find(id.high(), id.low());
        return slot < room ? location(slot) : 0;
    }

    /**
     * Changes where a blob is, if it is where it is thought to be.
     *
     * @param expected 0 = nowhere
     * @param now 0 = nowhere any more
     */
    synchronized boolean replace(BlobId id, long expected, long now) {
        long slot = find(id.high(), id.low());
        long is = slot < room ? location(slot) : 0;
        if (is != expected) {
            return false;
        }
        if (now == 0) {
            if (is != 0) {
                remove(slot);
            }
        } else if (is != 0) {
            set(slot, high(slot), id.low(), now);
        } else {
            add(id.high() & RANDOM, id.low(), now);
        }
        return true;
    }

    private void add(long high, long low, long location) {
        if (count >= (1L << bits) / 8 * 7) {
            grow();
        }
        long slot = find(high, low);
        while (slot == room) {
            grow();
            slot = find(high, low);
        }
        set(slot, high, low, location);
        count++;
    }

    private void grow() {
        MemorySegment before = slots;
        Arena old = arena;
        long slotsBefore = room;
        boolean fits = false;
        while (!fits) {
            bits++;
            Arena fresh = Arena.ofShared();
            arena = fresh;
            slots = make(fresh);
            fits = copy(before, slotsBefore);
            if (!fits) {
                fresh.close();
            }
        }
        old.close();
    }

    private boolean copy(MemorySegment from, long slotsBefore) {
        for (long slot = 0; slot < slotsBefore; slot++) {
            long location = from.get(JAVA_LONG, slot * SLOT + 16);
            if (location != 0) {
                long high = from.get(JAVA_LONG, slot * SLOT);
                long low = from.get(JAVA_LONG, slot * SLOT + 8);
                long to = find(high, low);
                if (to == room) {
                    return false;
                }
                set(to, high, low, location);
            }
        }
        return true;
    }

    /** Empties a slot, and moves up what would not be found any more. */
    private void remove(long emptied) {
        long hole = emptied;
        for (long slot = hole + 1; slot < room && location(slot) != 0; slot++) {
            if (home(high(slot)) <= hole) {
                set(hole, high(slot), low(slot), location(slot));
                hole = slot;
            }
        }
        set(hole, 0, 0, 0);
        count--;
    }

    synchronized long count() {
        return count;
    }

    /** Whether a slot is looked for. */
    @FunctionalInterface
    interface Wanted {
        boolean is(boolean settled, long location);
    }

    /** Names after one, in order; at most so many of those that are wanted. */
    synchronized List<BlobId> names(BlobId after, int limit, Wanted wanted) {
        List<BlobId> found = new ArrayList<>();
        long slot = home(after.high());
        // A name's slot is never before its home, and no empty slot is between: an empty slot ends
        // what may be out of order.
        while (slot < room && (found.size() < limit || location(slot) != 0)) {
            if (location(slot) != 0 && wanted.is((high(slot) & SETTLED) != 0, location(slot))) {
                BlobId id = id(slot);
                if (id.compareTo(after) > 0) {
                    found.add(id);
                }
            }
            slot++;
        }
        found.sort(null);
        return found.size() > limit ? List.copyOf(found.subList(0, limit)) : found;
    }

    /** Notes that a blob is needed. */
    synchronized void settle(BlobId id) {
        long slot = find(id.high(), id.low());
        if (slot < room && location(slot) != 0) {
            set(slot, high(slot) | SETTLED, low(slot), location(slot));
        }
    }

    /**
     * Sums that tell whether two tables have the same names, for each of {@code ranges} ranges of
     * equally many names that there may be.
     *
     * @param ranges a power of two
     */
    synchronized long[] digest(int ranges) {
        long[] sums = new long[ranges];
        int shift = RANDOM_BITS - Integer.numberOfTrailingZeros(ranges);
        for (long slot = 0; slot < room; slot++) {
            if (location(slot) != 0) {
                long random = high(slot) & RANDOM;
                sums[(int) (random >>> shift)] += mix(random ^ mix(low(slot)));
            }
        }
        return sums;
    }

    /** The finalizer of MurmurHash3, so that a sum of names is not one of their bits. */
    private static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    @Override
    public synchronized void close() {
        arena.close();
    }
}
