package io.brume.cli.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * NBD clients that say what none should: conversations that are nearly right, with bits flipped,
 * cut off, or given up in the middle. What follows from a seed is the same each time.
 */
final class HostileClients {
    private static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int OPT_STRUCTURED_REPLY = 8;
    private static final int OPT_SET_META_CONTEXT = 10;
    private static final int OPT_GO = 7;
    private static final int MOST_BYTES = 20_000;

    private final Path socket;
    private final String export;
    private final Random random;
    private int conversations;

    HostileClients(Path socket, String export, long seed) {
        this.socket = socket;
        this.export = export;
        this.random = new Random(seed);
    }

    /** Talks for so long; tells how many conversations there were. */
    int talk(Duration time) throws IOException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < time.toNanos()) {
            exchange(ByteBuffer.wrap(conversation()));
            conversations++;
        }
        return conversations;
    }

    private byte[] conversation() {
        var said = new ByteArrayOutputStream();
        said.writeBytes(ByteBuffer.allocate(4).putInt(seldom(8) ? random.nextInt() : 3).array());
        for (int i = random.nextInt(4); i > 0; i--) {
            option(said, random.nextInt(14), noise(random.nextInt(200)));
        }
        if (random.nextBoolean()) {
            option(said, OPT_STRUCTURED_REPLY, new byte[0]);
            option(said, OPT_SET_META_CONTEXT, contexts());
        }
        option(said, OPT_GO, named().putShort((short) 0).array());
        for (int i = random.nextInt(12); i >= 0; i--) {
            int command = seldom(10) ? random.nextInt(1 << 16) : random.nextInt(9);
            int length = seldom(10) ? random.nextInt() : random.nextInt(6000);
            said.writeBytes(
                    ByteBuffer.allocate(28)
                            .putInt(seldom(50) ? random.nextInt() : REQUEST_MAGIC)
                            .putShort((short) (seldom(3) ? random.nextInt(40) : 0))
                            .putShort((short) command)
                            .putLong(i)
                            .putLong(seldom(12) ? random.nextLong() : random.nextInt(1 << 28))
                            .putInt(length)
                            .array());
            if (command == NbdConnection.WRITE && length >= 0 && length < MOST_BYTES) {
                said.writeBytes(noise(length));
            }
        }
        byte[] bytes = said.toByteArray();
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return seldom(3) ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private boolean seldom(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The export's name, with room for two more bytes. */
    private ByteBuffer named() {
        byte[] name = export.getBytes(UTF_8);
        return ByteBuffer.allocate(4 + name.length + 2).putInt(name.length).put(name);
    }

    private byte[] contexts() {
        byte[] name = export.getBytes(UTF_8);
        byte[] context = "base:allocation".getBytes(UTF_8);
        return ByteBuffer.allocate(4 + name.length + 4 + 4 + context.length)
                .putInt(name.length)
                .put(name)
                .putInt(1)
                .putInt(context.length)
                .put(context)
                .array();
    }

    private static void option(ByteArrayOutputStream said, int option, byte[] data) {
        said.writeBytes(
                ByteBuffer.allocate(16)
                        .putLong(OPTION_MAGIC)
                        .putInt(option)
                        .putInt(data.length)
                        .array());
        said.writeBytes(data);
    }

    /** Sends all, or as much as the server wants to hear; reads now and then, and goes. */
    private void exchange(ByteBuffer bytes) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        ByteBuffer answers = ByteBuffer.allocate(1 << 16);
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            while (bytes.hasRemaining()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the server neither takes nor refuses anything");
                }
                int part = Math.min(bytes.remaining(), 1 + random.nextInt(4000));
                ByteBuffer slice = bytes.slice(bytes.position(), part);
                bytes.position(bytes.position() + write(channel, slice));
                if (random.nextBoolean() && read(channel, answers.clear()) < 0) {
                    return;
                }
            }
        }
    }

    private static int write(SocketChannel channel, ByteBuffer bytes) {
        try {
            return channel.write(bytes);
        } catch (IOException closed) {
            // Its right: what is left is not wanted.
            return bytes.remaining();
        }
    }

    private static int read(SocketChannel channel, ByteBuffer into) {
        try {
            return channel.read(into);
        } catch (IOException closed) {
            return -1;
        }
    }
}
