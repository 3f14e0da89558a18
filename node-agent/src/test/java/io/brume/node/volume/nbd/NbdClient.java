package io.brume.node.volume.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.LongToIntFunction;

/** A client for tests, which can be as rude as the test wants. Waits for each answer. */
final class NbdClient implements AutoCloseable {
    /** An answer to an option. */
    record OptionReply(int option, int kind, byte[] data) {
        String text() {
            return new String(data, UTF_8);
        }
    }

    /**
     * An answer, or a chunk of one.
     *
     * @param type of a chunk; -1 = a simple answer
     */
    record Reply(int type, boolean last, long cookie, int error, ByteBuffer data) {}

    private final SocketChannel channel;
    private boolean structured;

    private NbdClient(SocketChannel channel) {
        this.channel = channel;
    }

    static NbdClient connect(Path socket) throws IOException {
        return new NbdClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Connects and enters the transmission phase. */
    static NbdClient go(Path socket, boolean structured) throws IOException {
        NbdClient client = connect(socket);
        client.greet(3);
        if (structured) {
            client.expectAck(Nbd.OPT_STRUCTURED_REPLY, new byte[0]);
            client.structured = true;
            client.expectAck(Nbd.OPT_SET_META_CONTEXT, contexts("", Nbd.ALLOCATION));
        }
        client.expectAck(Nbd.OPT_GO, goData("", 0));
        return client;
    }

    void greet(int flags) throws IOException {
        ByteBuffer greeting = receive(18);
        if (greeting.getLong() != Nbd.MAGIC || greeting.getLong() != Nbd.OPTION_MAGIC) {
            throw new IOException("not a greeting");
        }
        send(ByteBuffer.allocate(4).putInt(flags).flip());
    }

    void option(int option, byte[] data) throws IOException {
        send(
                ByteBuffer.allocate(16 + data.length)
                        .putLong(Nbd.OPTION_MAGIC)
                        .putInt(option)
                        .putInt(data.length)
                        .put(data)
                        .flip());
    }

    OptionReply optionReply() throws IOException {
        ByteBuffer head = receive(20);
        if (head.getLong() != Nbd.OPTION_REPLY_MAGIC) {
            throw new IOException("not a reply to an option");
        }
        int option = head.getInt();
        int kind = head.getInt();
        ByteBuffer data = receive(head.getInt());
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return new OptionReply(option, kind, bytes);
    }

    private void expectAck(int option, byte[] data) throws IOException {
        option(option, data);
        OptionReply reply = optionReply();
        while (reply.kind() == Nbd.REP_INFO || reply.kind() == Nbd.REP_META_CONTEXT) {
            reply = optionReply();
        }
        if (reply.kind() != Nbd.REP_ACK) {
            throw new IOException("%d: %x %s".formatted(option, reply.kind(), reply.text()));
        }
    }

    static byte[] goData(String name, int... infos) {
        byte[] text = name.getBytes(UTF_8);
        ByteBuffer data = ByteBuffer.allocate(6 + text.length + 2 * infos.length);
        data.putInt(text.length).put(text).putShort((short) infos.length);
        for (int info : infos) {
            data.putShort((short) info);
        }
        return data.array();
    }

    static byte[] contexts(String name, String... queries) {
        ByteBuffer data = ByteBuffer.allocate(4096);
        data.putInt(name.length()).put(name.getBytes(UTF_8)).putInt(queries.length);
        for (String query : queries) {
            data.putInt(query.length()).put(query.getBytes(UTF_8));
        }
        byte[] bytes = new byte[data.position()];
        data.get(0, bytes);
        return bytes;
    }

    void request(int command, int flags, long cookie, long offset, long length) throws IOException {
        send(header(command, flags, cookie, offset, length));
    }

    static ByteBuffer header(int command, int flags, long cookie, long offset, long length) {
        return ByteBuffer.allocate(Nbd.REQUEST_BYTES)
                .putInt(Nbd.REQUEST_MAGIC)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(cookie)
                .putLong(offset)
                .putInt((int) length)
                .flip();
    }

    void write(int flags, long cookie, long offset, byte[] data) throws IOException {
        request(Nbd.CMD_WRITE, flags, cookie, offset, data.length);
        send(ByteBuffer.wrap(data));
    }

    /**
     * The next answer.
     *
     * @param expected bytes of a simple answer without error
     */
    Reply reply(int expected) throws IOException {
        return replyOf(cookie -> expected);
    }

    /** The next answer; a simple one without error has as many bytes as its request wants. */
    Reply replyOf(LongToIntFunction expected) throws IOException {
        ByteBuffer head = receive(16);
        int magic = head.getInt();
        if (magic == Nbd.SIMPLE_REPLY_MAGIC) {
            int error = head.getInt();
            long cookie = head.getLong();
            return new Reply(
                    -1, true, cookie, error, receive(error == 0 ? expected.applyAsInt(cookie) : 0));
        }
        if (magic != Nbd.STRUCTURED_REPLY_MAGIC || !structured) {
            throw new IOException("not an answer: %x".formatted(magic));
        }
        int flags = head.getShort();
        int type = head.getShort() & 0xffff;
        long cookie = head.getLong();
        ByteBuffer data = receive(receive(4).getInt());
        int error = type == Nbd.REPLY_ERROR ? data.getInt(0) : 0;
        return new Reply(type, (flags & Nbd.REPLY_FLAG_DONE) != 0, cookie, error, data);
    }

    /** The error of a request's answer that is expected to have no bytes. */
    int error(long cookie) throws IOException {
        Reply reply = reply(0);
        if (reply.cookie() != cookie || !reply.last()) {
            throw new IOException("not the end of " + cookie + ": " + reply);
        }
        return reply.error();
    }

    /** Reads, and puts the answer together. */
    byte[] read(long cookie, int flags, long offset, int length) throws IOException {
        request(Nbd.CMD_READ, flags, cookie, offset, length);
        byte[] bytes = new byte[length];
        Reply reply;
        int covered = 0;
        do {
            reply = reply(length);
            if (reply.cookie() != cookie || reply.error() != 0) {
                throw new IOException("error " + reply.error() + " of " + reply.cookie());
            }
            ByteBuffer data = reply.data();
            int count = 0;
            if (reply.type() == -1) {
                count = length;
                data.get(bytes);
            } else if (reply.type() == Nbd.REPLY_OFFSET_DATA) {
                int at = (int) (data.getLong() - offset);
                count = data.remaining();
                data.get(bytes, at, count);
            } else if (reply.type() == Nbd.REPLY_OFFSET_HOLE) {
                count = data.getInt(8);
            }
            covered += count;
        } while (!reply.last());
        if (covered != length) {
            throw new IOException("covered " + covered + " of " + length);
        }
        return bytes;
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    ByteBuffer receive(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    /** Whether the server has closed the connection, after it sent all it wanted. */
    boolean isClosedByServer() {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(4096);
            while (channel.read(bytes) >= 0) {
                bytes.clear();
            }
            return true;
        } catch (IOException e) {
            return true;
        }
    }

    SocketChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
