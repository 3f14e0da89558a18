package io.brume.node.volume;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A device in memory, sparse by pages of 4 KiB, grown by {@link #grow}. It is done before a method
 * returns. One thread.
 */
public final class MemoryBlockDevice implements BlockDevice {
    private static final int PAGE = 4096;

    private final Map<Long, byte[]> pages = new HashMap<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private long size;
    private long flushes;
    private long durableWrites;

    public MemoryBlockDevice(long size) {
        this.size = size;
    }

    /** Makes it larger, and tells. */
    public void grow(long newSize) {
        size = newSize;
        listeners.forEach(Runnable::run);
    }

    /** Flushes, so far. */
    public long flushes() {
        return flushes;
    }

    /** Changes that were to be durable, so far. */
    public long durableWrites() {
        return durableWrites;
    }

    @Override
    public long sizeBytes() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into, Done done) {
        requireInside(offset, into.remaining());
        long at = offset;
        boolean zeros = true;
        int end = into.limit();
        int begin = into.position();
        for (long page = at / PAGE; page * PAGE < at + into.remaining() && zeros; page++) {
            zeros = !pages.containsKey(page);
        }
        if (zeros) {
            done.done(ZEROS);
            return;
        }
        for (int i = begin; i < end; ) {
            int in = (int) (at % PAGE);
            int part = Math.min(PAGE - in, end - i);
            byte[] page = pages.get(at / PAGE);
            if (page == null) {
                into.put(i, new byte[part]);
            } else {
                into.put(i, page, in, part);
            }
            i += part;
            at += part;
        }
        done.done(0);
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean durable, Done done) {
        requireInside(offset, from.remaining());
        durableWrites += durable ? 1 : 0;
        long at = offset;
        for (int i = from.position(); i < from.limit(); ) {
            int in = (int) (at % PAGE);
            int part = Math.min(PAGE - in, from.limit() - i);
            from.get(i, pages.computeIfAbsent(at / PAGE, key -> new byte[PAGE]), in, part);
            i += part;
            at += part;
        }
        done.done(0);
    }

    @Override
    public void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done) {
        requireInside(offset, length);
        durableWrites += durable ? 1 : 0;
        long at = offset;
        while (at < offset + length) {
            int in = (int) (at % PAGE);
            int part = (int) Math.min(PAGE - in, offset + length - at);
            byte[] page = pages.get(at / PAGE);
            if (keepAllocated) {
                pages.putIfAbsent(at / PAGE, new byte[PAGE]);
            }
            if (page != null && part == PAGE && !keepAllocated) {
                pages.remove(at / PAGE);
            } else if (page != null) {
                Arrays.fill(page, in, in + part, (byte) 0);
            }
            at += part;
        }
        done.done(0);
    }

    @Override
    public void flush(Done done) {
        flushes++;
        done.done(0);
    }

    @Override
    public void extents(long offset, long length, Extents done) {
        requireInside(offset, length);
        List<Extent> found = new ArrayList<>();
        for (long at = offset; at < offset + length; ) {
            long end = Math.min(offset + length, at / PAGE * PAGE + PAGE);
            found.add(new Extent(end - at, pages.containsKey(at / PAGE)));
            at = end;
        }
        done.done(0, found);
    }

    /** The caller promises that. */
    private void requireInside(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new AssertionError("outside: %d, %d bytes".formatted(offset, length));
        }
    }

    @Override
    public void onResize(Runnable listener) {
        listeners.add(listener);
    }
}
