package io.brume.common.concurrent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Bytes from one thread to another through a bounded buffer: the writer waits while it is full, the
 * reader while it is empty. Unlike the JDK's piped streams it does not care which threads are alive
 * and wakes its reader at once. Thread-safe.
 */
public final class BytePipe {
    private final byte[] ring;
    private int start;
    private int length;
    private boolean ended;
    private boolean broken;

    /**
     * An empty pipe.
     *
     * @param capacity how many bytes wait at most; at least 1
     */
    public BytePipe(int capacity) {
        ring = new byte[capacity];
    }

    /** Where bytes come out; ends after {@link #end()}. Closing it breaks the pipe. */
    public InputStream source() {
        return new Source();
    }

    /** Where bytes go in. Closing it ends the stream. */
    public OutputStream sink() {
        return new Sink();
    }

    /** No more bytes come; the reader still gets those that wait. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nobody reads any more: writers fail, waiting bytes are dropped. */
    public synchronized void breakOff() {
        broken = true;
        ended = true;
        length = 0;
        notifyAll();
    }

    private synchronized void put(byte[] bytes, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            await(() -> length < ring.length || ended);
            if (ended) {
                throw new IOException(broken ? "the reader is gone" : "the pipe has ended");
            }
            int end = (start + length) % ring.length;
            int room = Math.min(ring.length - length, ring.length - end);
            int part = Math.min(room, count - done);
            System.arraycopy(bytes, offset + done, ring, end, part);
            length += part;
            done += part;
            notifyAll();
        }
    }

    private synchronized int take(byte[] into, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        await(() -> length > 0 || ended);
        if (length == 0) {
            return -1;
        }
        int part = Math.min(Math.min(count, length), ring.length - start);
        System.arraycopy(ring, start, into, offset, part);
        start = (start + part) % ring.length;
        length -= part;
        notifyAll();
        return part;
    }

    private synchronized int waiting() {
        return length;
    }

    /** Waits until a condition holds; called with the monitor held. */
    private synchronized void await(BooleanSupplier condition) throws IOException {
        try {
            while (!condition.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private final class Source extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return take(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, into.length);
            return take(into, offset, count);
        }

        @Override
        public int available() {
            return waiting();
        }

        @Override
        public void close() {
            breakOff();
        }
    }

    private final class Sink extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            put(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, bytes.length);
            put(bytes, offset, count);
        }

        @Override
        public void close() {
            end();
        }
    }
}
