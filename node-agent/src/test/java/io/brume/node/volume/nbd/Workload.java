package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Random requests in a part of the device, many at a time, held against a model. */
final class Workload {
    private final long base;
    private final int size;
    private final Random random;
    private final boolean structured;
    private final boolean mayFail;
    private final byte[] model;
    private final Map<Long, Expected> expected = new HashMap<>();

    private record Expected(int offset, byte[] data, int[] covered) {}

    Workload(long base, int size, long seed, boolean structured, boolean mayFail) {
        this.base = base;
        this.size = size;
        this.random = new Random(seed);
        this.structured = structured;
        this.mayFail = mayFail;
        this.model = new byte[size];
    }

    void run(NbdClient client, int requests) throws IOException {
        for (long cookie = 0; cookie < requests; cookie++) {
            while (expected.size() >= 30) {
                check(client);
            }
            ask(client, cookie);
        }
        while (!expected.isEmpty()) {
            check(client);
        }
    }

    private void ask(NbdClient client, long cookie) throws IOException {
        boolean large = random.nextInt(15) == 0;
        int length = 1 + random.nextInt(large ? 3 << 20 : 20_000);
        int offset = random.nextInt(size - length);
        if (random.nextBoolean()) {
            offset &= ~4095;
            length = (length + 4095) & ~4095;
            offset = Math.min(offset, size - length);
        }
        byte[] none = new byte[0];
        int command = random.nextInt(10);
        if (command < 4) {
            byte[] seen = Arrays.copyOfRange(model, offset, offset + length);
            expected.put(cookie, new Expected(offset, seen, new int[1]));
            boolean whole = structured && length < 500_000 && random.nextBoolean();
            client.request(
                    Nbd.CMD_READ, whole ? Nbd.CMD_FLAG_DF : 0, cookie, base + offset, length);
        } else if (command < 8) {
            byte[] data = bytes(length);
            System.arraycopy(data, 0, model, offset, length);
            expected.put(cookie, new Expected(offset, none, new int[1]));
            client.write(
                    random.nextInt(5) == 0 ? Nbd.CMD_FLAG_FUA : 0, cookie, base + offset, data);
        } else if (command < 9) {
            Arrays.fill(model, offset, offset + length, (byte) 0);
            expected.put(cookie, new Expected(offset, none, new int[1]));
            int flags = random.nextBoolean() ? Nbd.CMD_FLAG_NO_HOLE : 0;
            client.request(Nbd.CMD_WRITE_ZEROES, flags, cookie, base + offset, length);
        } else {
            expected.put(cookie, new Expected(0, none, new int[1]));
            client.request(Nbd.CMD_FLUSH, 0, cookie, 0, 0);
        }
    }

    private void check(NbdClient client) throws IOException {
        // The head of a simple answer does not say how many bytes follow.
        NbdClient.Reply reply = client.replyOf(cookie -> expected(cookie).data().length);
        Expected want = expected(reply.cookie());
        ByteBuffer data = reply.data();
        if (reply.error() != 0) {
            assertThat(mayFail).as("error " + reply.error()).isTrue();
            assertThat(reply.last()).isTrue();
            assertThat(reply.error()).isIn(5, 28, 22, 12);
        } else if (reply.type() == Nbd.REPLY_OFFSET_DATA) {
            compare(want, (int) (data.getLong() - base), data);
        } else if (reply.type() == Nbd.REPLY_OFFSET_HOLE) {
            int at = (int) (data.getLong() - base);
            compare(want, at, ByteBuffer.allocate(data.getInt()));
        } else if (reply.type() == -1 && data.hasRemaining()) {
            compare(want, want.offset(), data);
        }
        if (reply.last()) {
            expected.remove(reply.cookie());
            if (reply.error() == 0) {
                assertThat(want.covered()[0]).isEqualTo(want.data().length);
            }
        }
    }

    private Expected expected(long cookie) {
        Expected found = expected.get(cookie);
        if (found == null) {
            throw new AssertionError("nobody asked " + cookie);
        }
        return found;
    }

    private static void compare(Expected want, int at, ByteBuffer data) {
        int from = at - want.offset();
        want.covered()[0] += data.remaining();
        ByteBuffer seen = ByteBuffer.wrap(want.data(), from, data.remaining());
        assertThat(seen.equals(data)).as("bytes at " + at).isTrue();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
