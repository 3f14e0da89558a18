package io.brume.storage.object.blob;

import io.brume.storage.object.model.BlobId;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * What records a segment has, in their order: compact, since there may be a million. One thread.
 */
final class SegmentNames {
    /** Of a name. */
    static final int BYTES = 24;

    private long[] longs;
    private int size;

    SegmentNames() {
        longs = new long[3 * 64];
    }

    private SegmentNames(long[] longs) {
        this.longs = longs;
        this.size = longs.length / 3;
    }

    void add(BlobId id, long location) {
        if (3 * size == longs.length) {
            longs = Arrays.copyOf(longs, 2 * longs.length);
        }
        longs[3 * size] = id.high();
        longs[3 * size + 1] = id.low();
        longs[3 * size + 2] = location;
        size++;
    }

    int size() {
        return size;
    }

    BlobId id(int index) {
        return new BlobId(longs[3 * index], longs[3 * index + 1]);
    }

    long location(int index) {
        return longs[3 * index + 2];
    }

    void write(ByteBuffer to) {
        LongBuffer as = to.asLongBuffer();
        as.put(longs, 0, 3 * size);
        to.position(to.position() + size * BYTES);
    }

    static SegmentNames read(ByteBuffer from) {
        long[] longs = new long[from.remaining() / 8];
        from.asLongBuffer().get(longs);
        return new SegmentNames(longs);
    }
}
