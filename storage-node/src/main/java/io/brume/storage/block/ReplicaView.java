package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.DirectMarks;
import io.brume.storage.block.journal.JournalVolume;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * What of a replica is not in its segments yet: a layer that takes changes, and those that a cut
 * has ended, oldest first. Thread-safe; its lock is held for a look-up, never for the disk.
 */
final class ReplicaView {
    private final StampedLock lock = new StampedLock();
    private final JournalVolume volume;
    private Layer[] layers = {new Layer()};
    private @Nullable DirectMarks shown;

    ReplicaView(JournalVolume volume) {
        this.volume = volume;
    }

    /** See {@link JournalVolume#settled()}. */
    long settled() {
        return volume.settled();
    }

    /**
     * Looks blocks up. For each, {@code into} gets its sum at {@code sumsAt}, 8 bytes, and its
     * place at {@code placesAt}, in steps of {@code placeStep}. The sum of a block whose place is
     * {@link Place#SEGMENT} is left 0.
     *
     * @return whether anything is not in the segments
     */
    boolean find(long block, int count, ByteBuffer into, int sumsAt, int placesAt, int placeStep) {
        return find(block, count, into, sumsAt, into, placesAt, placeStep);
    }

    /** The same with the places in another buffer. */
    boolean find(
            long block,
            int count,
            ByteBuffer into,
            int sumsAt,
            ByteBuffer places,
            int placesAt,
            int placeStep) {
        boolean any = false;
        long stamp = lock.readLock();
        try {
            for (int i = 0; i < count; i++) {
                long place = Place.SEGMENT;
                long sum = 0;
                for (int l = layers.length - 1; l >= 0 && place == Place.SEGMENT; l--) {
                    Layer layer = layers[l];
                    int index = layer.table.size() == 0 ? -1 : layer.table.find(block + i);
                    if (index >= 0) {
                        place = layer.table.place(index);
                        sum = layer.table.sum(index);
                    } else {
                        place = layer.range(block + i);
                    }
                }
                any |= place != Place.SEGMENT;
                into.putLong(sumsAt + i * Long.BYTES, sum);
                places.putLong(placesAt + i * placeStep, place);
            }
        } finally {
            lock.unlockRead(stamp);
        }
        return any;
    }

    /** Whether any block of a range is not in the segments only. */
    boolean touches(long from, long to) {
        long stamp = lock.readLock();
        try {
            for (Layer layer : layers) {
                if (layer.touches(from, to)) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** From now on somebody is shown which blocks are not here; null = nobody is. */
    void show(@Nullable DirectMarks marks) {
        long stamp = lock.writeLock();
        try {
            shown = marks;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Shows those of a range that are not here; the caller knows that they are in the segments. */
    void show(long from, long to) {
        long stamp = lock.readLock();
        try {
            DirectMarks marks = shown;
            if (marks == null || marks.has(from, to)) {
                return;
            }
            for (long block = from; block < to; block++) {
                if (!isHere(block)) {
                    marks.set(block);
                }
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private boolean isHere(long block) {
        for (Layer layer : layers) {
            if ((layer.table.size() > 0 && layer.table.find(block) >= 0)
                    || layer.range(block) != Place.SEGMENT) {
                return true;
            }
        }
        return false;
    }

    /** Before anything of these blocks is here; under the lock. */
    private void hide(long from, long to) {
        DirectMarks marks = shown;
        if (marks != null) {
            marks.clear(from, to);
        }
    }

    /** Blocks were written; their bytes are in the journal from a place on. */
    void write(long block, ByteBuffer sums, long place) {
        long stamp = lock.writeLock();
        try {
            PlaceTable table = layers[layers.length - 1].table;
            int count = sums.remaining() / Long.BYTES;
            hide(block, block + count);
            for (int i = 0; i < count; i++) {
                table.put(
                        block + i,
                        Place.data(place + (long) i * Blocks.BLOCK),
                        sums.getLong(sums.position() + i * Long.BYTES));
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Blocks were to be written in place; only for the time when the journal is replayed. */
    void intend(long block, ByteBuffer sums, long place) {
        long stamp = lock.writeLock();
        try {
            PlaceTable table = layers[layers.length - 1].table;
            for (int i = 0; i < sums.remaining() / Long.BYTES; i++) {
                table.put(
                        block + i,
                        Place.intent(place),
                        sums.getLong(sums.position() + i * Long.BYTES));
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    boolean isFullOfRanges() {
        long stamp = lock.readLock();
        try {
            return layers[layers.length - 1].isFullOfRanges();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Blocks were zeroed, as the record at a place says. */
    void zero(long from, long to, long place, boolean single) {
        long stamp = lock.writeLock();
        try {
            Layer layer = layers[layers.length - 1];
            hide(from, to);
            if (single) {
                for (long block = from; block < to; block++) {
                    layer.table.put(block, place, Blocks.NEVER_WRITTEN);
                }
            } else {
                layer.zero(from, to, place);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Ends the layer that takes changes, and begins another. */
    void cut(Layer.Cut cut) {
        long stamp = lock.writeLock();
        try {
            layers[layers.length - 1].end(cut);
            layers = Arrays.copyOf(layers, layers.length + 1);
            layers[layers.length - 1] = new Layer();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Whether no cut is still to be made. */
    boolean isUncut() {
        return layers().length == 1;
    }

    /** The layers now, oldest first; the last one takes changes. */
    Layer[] layers() {
        long stamp = lock.readLock();
        try {
            return layers;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** The oldest layer is in the segments, durably, and its cut has been made. */
    void dropOldest() {
        long stamp = lock.writeLock();
        try {
            layers = Arrays.copyOfRange(layers, 1, layers.length);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Everything that was replayed so far is in the segments, durably. */
    void dropAll() {
        long stamp = lock.writeLock();
        try {
            layers = new Layer[] {new Layer()};
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    long[] blocksBelow(Layer layer, long before) {
        long stamp = lock.readLock();
        try {
            return layer.table.blocksBelow(before);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    Layer.Range[] rangesBelow(Layer layer, long before) {
        long stamp = lock.readLock();
        try {
            return layer.rangesBelow(before);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /**
     * Where blocks of a layer are now.
     *
     * @param places gets them; {@link Place#SEGMENT} for one that is gone, or newer than the bound
     */
    void places(
            Layer layer,
            long[] blocks,
            int from,
            int to,
            long before,
            long[] places,
            ByteBuffer sums) {
        sums.clear();
        long stamp = lock.readLock();
        try {
            for (int i = 0; i < to - from; i++) {
                int index = layer.table.find(blocks[from + i]);
                long place = index < 0 ? Place.SEGMENT : layer.table.place(index);
                boolean wanted = index >= 0 && Place.inJournal(place) < before;
                places[i] = wanted ? place : Place.SEGMENT;
                sums.putLong(i * Long.BYTES, wanted ? layer.table.sum(index) : 0);
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Blocks are in their segments, durably: those of them go that have not changed since. */
    void applied(Layer layer, long[] blocks, long[] places, long before) {
        final int batch = 256;
        for (int from = 0; from < blocks.length; from += batch) {
            long stamp = lock.writeLock();
            try {
                for (int i = from; i < Math.min(from + batch, blocks.length); i++) {
                    if (places[i] != Place.SEGMENT) {
                        layer.table.remove(blocks[i], places[i]);
                    }
                }
            } finally {
                lock.unlockWrite(stamp);
            }
        }
        long stamp = lock.writeLock();
        try {
            layer.removeRangesBelow(before);
        } finally {
            lock.unlockWrite(stamp);
        }
    }
}
