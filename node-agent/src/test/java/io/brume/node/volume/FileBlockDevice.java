package io.brume.node.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A device on a plain file, for measuring what serving costs: reads and writes on the loop, out of
 * the page cache; flushes on a thread of their own, shared by all who wait.
 */
public final class FileBlockDevice implements BlockDevice, AutoCloseable {
    private final EventLoop loop;
    private final FileChannel file;
    private final long size;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    private List<Done> waiting = new ArrayList<>();
    private boolean flushing;

    public FileBlockDevice(EventLoop loop, Path path, long size) throws IOException {
        this.loop = loop;
        this.size = size;
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        if (file.size() < size) {
            file.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    @Override
    public long sizeBytes() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into, Done done) {
        int result = 0;
        try {
            for (long at = offset; into.hasRemaining(); ) {
                at += file.read(into, at);
            }
        } catch (IOException e) {
            result = 5;
        }
        done.done(result);
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean durable, Done done) {
        int result = 0;
        try {
            for (long at = offset; from.hasRemaining(); ) {
                at += file.write(from, at);
            }
        } catch (IOException e) {
            result = 5;
        }
        if (durable && result == 0) {
            flush(done);
        } else {
            done.done(result);
        }
    }

    @Override
    public void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done) {
        int result = 0;
        try {
            for (long at = offset; at < offset + length; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), offset + length - at));
                at += file.write(zeros, at);
            }
        } catch (IOException e) {
            result = 5;
        }
        if (durable && result == 0) {
            flush(done);
        } else {
            done.done(result);
        }
    }

    @Override
    public void flush(Done done) {
        waiting.add(done);
        if (!flushing) {
            flushWaiting();
        }
    }

    private void flushWaiting() {
        List<Done> these = waiting;
        waiting = new ArrayList<>();
        flushing = true;
        Thread.ofVirtual()
                .start(() -> {
                    int result = 0;
                    try {
                        file.force(false);
                    } catch (IOException e) {
                        result = 5;
                    }
                    int error = result;
                    loop.execute(() -> {
                        these.forEach(done -> done.done(error));
                        flushing = false;
                        if (!waiting.isEmpty()) {
                            flushWaiting();
                        }
                    });
                });
    }

    @Override
    public void extents(long offset, long length, Extents done) {
        done.done(0, List.of(new Extent(length, true)));
    }

    @Override
    public void onResize(Runnable listener) {
        // It never grows.
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
