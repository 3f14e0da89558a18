package io.brume.storage.block;

import java.util.Arrays;

/**
 * Which blocks have a newer content than the segment, where it is, and its sum: a hash table of
 * primitives with open addressing. Not thread-safe.
 */
final class PlaceTable {
    private static final int LEAST = 256;
    private static final int STRIDE = 3;

    private long[] slots = new long[LEAST * STRIDE];
    private int mask = LEAST - 1;
    private int size;

    int size() {
        return size;
    }

    private int home(long block) {
        long hash = block * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 32) & mask;
    }

    /** The index of a block for {@link #place} and {@link #sum}, or -1. */
    int find(long block) {
        for (int slot = home(block); ; slot = slot + 1 & mask) {
            long key = slots[slot * STRIDE];
            if (key == block + 1) {
                return slot;
            }
            if (key == 0) {
                return -1;
            }
        }
    }

    long place(int index) {
        return slots[index * STRIDE + 1];
    }

    long sum(int index) {
        return slots[index * STRIDE + 2];
    }

    void put(long block, long place, long sum) {
        int slot = home(block);
        while (slots[slot * STRIDE] != 0 && slots[slot * STRIDE] != block + 1) {
            slot = slot + 1 & mask;
        }
        if (slots[slot * STRIDE] == 0) {
            size++;
        }
        slots[slot * STRIDE] = block + 1;
        slots[slot * STRIDE + 1] = place;
        slots[slot * STRIDE + 2] = sum;
        if (size * 2 > mask) {
            resize((mask + 1) * 2);
        }
    }

    private void resize(int capacity) {
        long[] old = slots;
        slots = new long[capacity * STRIDE];
        mask = capacity - 1;
        size = 0;
        for (int at = 0; at < old.length; at += STRIDE) {
            if (old[at] != 0) {
                put(old[at] - 1, old[at + 1], old[at + 2]);
            }
        }
    }

    /** Removes a block that is still at this place; whether it was. */
    boolean remove(long block, long place) {
        int slot = find(block);
        if (slot < 0 || place(slot) != place) {
            return false;
        }
        removeAt(slot);
        return true;
    }

    /** Removes a block if it is there. */
    void remove(long block) {
        int slot = find(block);
        if (slot >= 0) {
            removeAt(slot);
        }
    }

    private void removeAt(int removed) {
        int hole = removed;
        int slot = removed;
        while (true) {
            slot = slot + 1 & mask;
            long key = slots[slot * STRIDE];
            if (key == 0) {
                break;
            }
            // What would not be found from its home with the hole between moves into the hole.
            int distance = slot - home(key - 1) & mask;
            if (distance >= (slot - hole & mask)) {
                System.arraycopy(slots, slot * STRIDE, slots, hole * STRIDE, STRIDE);
                hole = slot;
            }
        }
        slots[hole * STRIDE] = 0;
        size--;
        if (size == 0 && mask >= LEAST) {
            slots = new long[LEAST * STRIDE];
            mask = LEAST - 1;
        }
    }

    /** All blocks, sorted, whose place in the journal is below a bound. */
    long[] blocksBelow(long bound) {
        long[] found = new long[size];
        int count = 0;
        for (int at = 0; at < slots.length; at += STRIDE) {
            if (slots[at] != 0 && Place.inJournal(slots[at + 1]) < bound) {
                found[count++] = slots[at] - 1;
            }
        }
        long[] sorted = count == found.length ? found : Arrays.copyOf(found, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /** Removes every block of a range; the end is not of it. */
    void removeRange(long from, long to) {
        if (to - from <= size) {
            for (long block = from; block < to; block++) {
                remove(block);
            }
            return;
        }
        for (long block : blocksBelow(Long.MAX_VALUE)) {
            if (block >= from && block < to) {
                remove(block);
            }
        }
    }
}
