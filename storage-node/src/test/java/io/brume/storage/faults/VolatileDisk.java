package io.brume.storage.faults;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The program of a disk with a write cache that forgets: {@code VolatileDisk SOCKET BYTES}, served
 * by NBD. What was written since the last flush is in the cache only; the line {@code cut SEED} on
 * its input ends the power: of each sector in the cache either nothing or one of its versions
 * reached the medium, everything fails until the line {@code on}. A program of its own, since the
 * JVM that uses the disk may stand still in a page fault until the disk answers.
 *
 * <p>Source: the NBD protocol, fixed newstyle handshake, simple replies.
 */
public final class VolatileDisk {
    private static final int SECTOR = 512;
    private static final long SERVER_MAGIC = 0x4e42444d41474943L;
    private static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final long REPLY_MAGIC = 0x3e889045565a9L;
    private static final int REQUEST = 0x25609513;
    private static final int SIMPLE_REPLY = 0x67446698;
    private static final int OPTION_ABORT = 2;
    private static final int OPTION_GO = 7;
    private static final int ACK = 1;
    private static final int INFO = 3;
    private static final int UNSUPPORTED = 0x80000001;
    private static final int HAS_FLAGS_FLUSH_FUA = 1 | 4 | 8;
    private static final int FUA = 1;
    private static final int INPUT_OUTPUT_ERROR = 5;

    private final byte[] medium;
    private final Map<Integer, List<byte[]>> cache = new TreeMap<>();
    private boolean off;

    private VolatileDisk(int bytes) {
        medium = new byte[bytes];
    }

    public static void main(String[] arguments) throws Exception {
        var disk = new VolatileDisk(Integer.parseInt(arguments[1]));
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])));
        Thread.ofPlatform().daemon().start(() -> disk.acceptAll(server));
        System.out.println("ready");
        var words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = words.readLine(); line != null; line = words.readLine()) {
            System.out.println(line.equals("on") ? disk.on() : disk.cut(line));
        }
    }

    private void acceptAll(ServerSocketChannel server) {
        while (true) {
            try {
                SocketChannel client = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private synchronized String on() {
        off = false;
        return "on";
    }

    private synchronized String cut(String line) {
        var random = new Random(Long.parseLong(line.substring("cut ".length())));
        off = true;
        double probability = random.nextInt(4) / 4.0;
        int kept = 0;
        for (Map.Entry<Integer, List<byte[]>> sector : cache.entrySet()) {
            if (random.nextDouble() < probability) {
                List<byte[]> versions = sector.getValue();
                byte[] one = versions.get(random.nextInt(versions.size()));
                System.arraycopy(one, 0, medium, sector.getKey() * SECTOR, SECTOR);
                kept++;
            }
        }
        int lost = cache.size() - kept;
        cache.clear();
        return "kept " + kept + " lost " + lost;
    }

    private void serve(SocketChannel client) {
        try (client) {
            var in = new DataInputStream(Channels.newInputStream(client));
            var out = new DataOutputStream(Channels.newOutputStream(client));
            if (shakeHands(in, out)) {
                while (true) {
                    answer(in, out);
                }
            }
        } catch (EOFException e) {
            // The client has gone.
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private boolean shakeHands(DataInputStream in, DataOutputStream out) throws IOException {
        var begin = ByteBuffer.allocate(18);
        begin.putLong(SERVER_MAGIC).putLong(OPTION_MAGIC).putShort((short) 3);
        out.write(begin.array());
        in.readInt();
        while (true) {
            in.readLong();
            int option = in.readInt();
            in.readNBytes(in.readInt());
            if (option == OPTION_GO) {
                var export = ByteBuffer.allocate(12);
                export.putShort((short) 0).putLong(medium.length);
                export.putShort((short) HAS_FLAGS_FLUSH_FUA);
                reply(out, option, INFO, export.array());
                reply(out, option, ACK, new byte[0]);
                return true;
            }
            reply(out, option, option == OPTION_ABORT ? ACK : UNSUPPORTED, new byte[0]);
            if (option == OPTION_ABORT) {
                return false;
            }
        }
    }

    private static void reply(DataOutputStream out, int option, int type, byte[] data)
            throws IOException {
        var reply = ByteBuffer.allocate(20 + data.length);
        reply.putLong(REPLY_MAGIC).putInt(option).putInt(type).putInt(data.length).put(data);
        out.write(reply.array());
    }

    private void answer(DataInputStream in, DataOutputStream out) throws IOException {
        if (in.readInt() != REQUEST) {
            throw new IOException("not a request");
        }
        int flags = in.readUnsignedShort();
        int type = in.readUnsignedShort();
        long handle = in.readLong();
        int offset = (int) in.readLong();
        int length = in.readInt();
        byte[] written = type == 1 ? in.readNBytes(length) : new byte[0];
        byte[] read = new byte[0];
        boolean failed;
        synchronized (this) {
            failed = off;
            if (!off) {
                switch (type) {
                    case 0 -> read = read(offset, length);
                    case 1 -> write(offset, written, (flags & FUA) != 0);
                    case 2 -> throw new EOFException();
                    case 3 -> flush();
                    default -> failed = true;
                }
            }
        }
        var reply = ByteBuffer.allocate(16 + read.length);
        reply.putInt(SIMPLE_REPLY).putInt(failed ? INPUT_OUTPUT_ERROR : 0).putLong(handle);
        out.write(reply.put(read).array());
    }

    private byte[] read(int offset, int length) {
        byte[] data = new byte[length];
        for (int at = 0; at < length; at += SECTOR) {
            List<byte[]> versions = cache.get((offset + at) / SECTOR);
            if (versions == null) {
                System.arraycopy(medium, offset + at, data, at, SECTOR);
            } else {
                System.arraycopy(versions.getLast(), 0, data, at, SECTOR);
            }
        }
        return data;
    }

    private void write(int offset, byte[] data, boolean durable) {
        for (int at = 0; at < data.length; at += SECTOR) {
            byte[] sector = new byte[SECTOR];
            System.arraycopy(data, at, sector, 0, SECTOR);
            if (durable) {
                cache.remove((offset + at) / SECTOR);
                System.arraycopy(sector, 0, medium, offset + at, SECTOR);
            } else {
                cache.computeIfAbsent((offset + at) / SECTOR, _ -> new ArrayList<>(1)).add(sector);
            }
        }
    }

    private void flush() {
        cache.forEach((sector, versions) ->
                System.arraycopy(versions.getLast(), 0, medium, sector * SECTOR, SECTOR));
        cache.clear();
    }
}
