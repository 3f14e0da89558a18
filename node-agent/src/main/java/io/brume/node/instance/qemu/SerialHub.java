package io.brume.node.instance.qemu;

import io.brume.node.instance.SerialConsole;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest's serial console, shared by all who have joined it: QEMU serves a single client. The
 * socket is open only while somebody listens. Who reads too slowly loses the oldest bytes; a guest
 * never waits for a reader. Thread-safe.
 */
final class SerialHub implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SerialHub.class);
    static final int MAX_READERS = 16;
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Path socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    private final Set<SerialReader> readers = new HashSet<>();
    private @Nullable SocketChannel channel;

    SerialHub(Path socket) {
        this.socket = socket;
    }

    SerialConsole join() throws IOException {
        lock.lock();
        try {
            if (readers.size() >= MAX_READERS) {
                throw new IOException("the console already has " + MAX_READERS + " readers");
            }
            var open = channel;
            if (open == null) {
                open = connect();
                channel = open;
            }
            var reader = new SerialReader();
            readers.add(reader);
            return new Joined(reader, open);
        } finally {
            lock.unlock();
        }
    }

    private SocketChannel connect() throws IOException {
        var opened = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            opened.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        Thread.ofVirtual().name("console " + socket).start(() -> read(opened));
        return opened;
    }

    private void read(SocketChannel from) {
        var buffer = ByteBuffer.allocate(4096);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                lock.lock();
                try {
                    for (var reader : readers) {
                        reader.add(buffer.array(), buffer.limit());
                    }
                } finally {
                    lock.unlock();
                }
                buffer.clear();
            }
        } catch (IOException e) {
            LOG.debug("the console {} ended", socket, e);
        }
        lock.lock();
        try {
            if (Objects.equals(channel, from)) {
                channel = null;
                readers.forEach(SerialReader::end);
                readers.clear();
            }
        } finally {
            lock.unlock();
        }
        closeQuietly(from);
    }

    private void write(SocketChannel to, byte[] bytes, int offset, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, offset, length);
        writing.lock();
        try {
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
        } finally {
            writing.unlock();
        }
    }

    private void leave(SerialReader reader) {
        SocketChannel last = null;
        lock.lock();
        try {
            reader.end();
            if (readers.remove(reader) && readers.isEmpty()) {
                last = channel;
                channel = null;
            }
        } finally {
            lock.unlock();
        }
        if (last != null) {
            linger(last);
        }
    }

    // QEMU drops what it has not read yet when its client goes: it gets a moment to read to the
    // end.
    private static void linger(SocketChannel open) {
        try {
            open.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("the guest ended first", e);
        }
        Thread.ofVirtual()
                .name("console linger")
                .start(() -> {
                    try {
                        Thread.sleep(LINGER);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    closeQuietly(open);
                });
    }

    /** Everybody leaves. */
    @Override
    public void close() {
        SocketChannel open;
        lock.lock();
        try {
            open = channel;
            channel = null;
            readers.forEach(SerialReader::end);
            readers.clear();
        } finally {
            lock.unlock();
        }
        if (open != null) {
            closeQuietly(open);
        }
    }

    private static void closeQuietly(SocketChannel open) {
        try {
            open.close();
        } catch (IOException e) {
            // Nothing is buffered on this side, so nothing is lost.
            LOG.debug("closing a console", e);
        }
    }

    private final class Joined implements SerialConsole {
        private final SerialReader reader;
        private final SocketChannel to;

        Joined(SerialReader reader, SocketChannel to) {
            this.reader = reader;
            this.to = to;
        }

        @Override
        public java.io.InputStream output() {
            return reader;
        }

        @Override
        public OutputStream input() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    SerialHub.this.write(to, bytes, offset, length);
                }
            };
        }

        @Override
        public void close() {
            leave(reader);
        }
    }
}
