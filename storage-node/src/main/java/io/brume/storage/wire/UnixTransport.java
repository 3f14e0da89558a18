package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** A program of the same host, which the socket's mode has let through. Copies nothing. */
final class UnixTransport implements Transport {
    private final SocketChannel channel;

    UnixTransport(SocketChannel channel) {
        this.channel = requireNonNull(channel);
    }

    @Override
    public Optional<String> handshake() {
        return Optional.empty();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            channel.write(from);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "the agent of this host";
    }
}
