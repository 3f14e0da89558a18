package io.brume.storage.wire;

import io.brume.proto.block.AnswerHeader;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import io.brume.proto.block.v1.OpenReplica;
import io.brume.proto.block.v1.ReplicaOpened;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A coordinator's end of the block protocol, one request at a time or many. */
final class TestClient implements AutoCloseable {
    private final AutoCloseable socket;
    private final InputStream from;
    private final OutputStream to;
    private long tag;

    private TestClient(AutoCloseable socket, InputStream from, OutputStream to) {
        this.socket = socket;
        this.from = from;
        this.to = to;
    }

    static TestClient unix(Path path) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(path));
        // Streams of one blocking channel lock each other out unless it is read by itself.
        return new TestClient(
                channel,
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        var one = new byte[1];
                        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                    }

                    @Override
                    public int read(byte[] into, int at, int length) throws IOException {
                        return channel.read(ByteBuffer.wrap(into, at, length));
                    }
                },
                new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        write(new byte[] {(byte) one}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int at, int length) throws IOException {
                        var buffer = ByteBuffer.wrap(bytes, at, length);
                        while (buffer.hasRemaining()) {
                            channel.write(buffer);
                        }
                    }
                });
    }

    static TestClient over(Socket socket) throws IOException {
        return new TestClient(socket, socket.getInputStream(), socket.getOutputStream());
    }

    /** An answer with its payload. */
    record Answer(BlockStatus status, long tag, byte[] payload) {
        ByteBuffer buffer() {
            return ByteBuffer.wrap(payload);
        }
    }

    void sendRaw(byte[] bytes) throws IOException {
        to.write(bytes, 0, bytes.length);
    }

    /** Sends a request; gives its tag. */
    long send(
            Operation operation, int flags, long sequence, long offset, int length, byte[] payload)
            throws IOException {
        tag++;
        var frame = ByteBuffer.allocate(RequestHeader.SIZE + payload.length);
        RequestHeader.write(frame, operation, flags, tag, sequence, offset, length, payload.length);
        frame.put(payload);
        sendRaw(frame.array());
        return tag;
    }

    Answer answer() throws IOException {
        AnswerHeader header = AnswerHeader.read(ByteBuffer.wrap(exactly(AnswerHeader.SIZE)));
        return new Answer(header.status(), header.tag(), exactly(header.payload()));
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = from.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the server has closed the connection");
        }
        return bytes;
    }

    /** Whether the server has closed the connection; whatever it says before is dropped. */
    boolean isClosedByServer() {
        try {
            while (from.read() >= 0) {
                // Answers to what was sent before.
            }
            return true;
        } catch (IOException e) {
            return true;
        }
    }

    Answer ask(
            Operation operation, int flags, long sequence, long offset, int length, byte[] payload)
            throws IOException {
        long asked = send(operation, flags, sequence, offset, length, payload);
        Answer answer = answer();
        if (answer.tag() != asked) {
            throw new IOException("an answer to " + answer.tag() + " instead of " + asked);
        }
        return answer;
    }

    Answer ask(Operation operation, long offset, int length) throws IOException {
        return ask(operation, 0, 0, offset, length, new byte[0]);
    }

    BlockStatus open(String volumeId, long epoch) throws IOException {
        return ask(Operation.OPEN, 0, 0, 0, 0, opening(volumeId, epoch)).status();
    }

    ReplicaOpened opened(String volumeId, long epoch) throws IOException {
        return ReplicaOpened.parseFrom(
                ask(Operation.OPEN, 0, 0, 0, 0, opening(volumeId, epoch)).payload());
    }

    static byte[] opening(String volumeId, long epoch) {
        return OpenReplica.newBuilder().setVolumeId(volumeId).setEpoch(epoch).build().toByteArray();
    }

    BlockStatus write(long sequence, long offset, byte[] bytes) throws IOException {
        return write(sequence, offset, bytes, 0);
    }

    BlockStatus write(long sequence, long offset, byte[] bytes, int flags) throws IOException {
        return ask(Operation.WRITE, flags, sequence, offset, bytes.length, summed(bytes)).status();
    }

    BlockStatus cut(long sequence, String snapshotId) throws IOException {
        byte[] id = snapshotId.getBytes(StandardCharsets.UTF_8);
        return ask(Operation.CUT, 0, sequence, 0, 0, id).status();
    }

    /** The payload of a write: sums, then bytes. */
    static byte[] summed(byte[] bytes) {
        int blocks = bytes.length / Blocks.BLOCK;
        var payload = ByteBuffer.allocate(blocks * Long.BYTES + bytes.length);
        var from = ByteBuffer.wrap(bytes);
        for (int i = 0; i < blocks; i++) {
            payload.putLong(Blocks.sum(from));
        }
        return payload.put(bytes).array();
    }

    /** What a read gave, without the sums; zeros where it gave nothing. */
    byte[] read(long offset, int length) throws IOException {
        Answer answer = ask(Operation.READ, offset, length);
        if (answer.status() != BlockStatus.OK) {
            throw new IOException(answer.status().name());
        }
        if (answer.payload().length == 0) {
            return new byte[length];
        }
        ByteBuffer payload = answer.buffer();
        byte[] bytes = new byte[length];
        payload.get(length / Blocks.BLOCK * Long.BYTES, bytes);
        var check = ByteBuffer.wrap(bytes);
        while (check.hasRemaining()) {
            long sum = payload.getLong();
            long computed = Blocks.sum(check);
            if (sum != Blocks.NEVER_WRITTEN && sum != computed) {
                throw new IOException("a block that is not what its sum says");
            }
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
