package io.brume.node.volume;

import java.nio.ByteBuffer;
import java.util.List;

/** A device whose every request fails: what is left of a volume that was taken away. */
public final class FailingDevice implements BlockDevice {
    private static final int EIO = 5;

    private final long sizeBytes;

    /** A device of this size. */
    public FailingDevice(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into, Done done) {
        done.done(EIO);
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean durable, Done done) {
        done.done(EIO);
    }

    @Override
    public void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done) {
        done.done(EIO);
    }

    @Override
    public void flush(Done done) {
        done.done(EIO);
    }

    @Override
    public void extents(long offset, long length, Extents done) {
        done.done(EIO, List.of());
    }

    /** It never grows. */
    @Override
    public void onResize(Runnable listener) {}
}
