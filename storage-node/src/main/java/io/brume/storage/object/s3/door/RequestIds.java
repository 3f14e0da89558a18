package io.brume.storage.object.s3.door;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Names requests, as S3 does: 16 letters and digits, and a longer name of the host. Thread-safe,
 * and cheap, since every request gets one; nothing depends on nobody guessing them.
 */
final class RequestIds {
    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int LENGTH = 16;

    private final AtomicLong next;
    private final String hostId;

    RequestIds(RandomGenerator random) {
        this.next = new AtomicLong(random.nextLong());
        var host = ByteBuffer.allocate(56);
        while (host.hasRemaining()) {
            host.putLong(random.nextLong());
        }
        this.hostId = Base64.getEncoder().encodeToString(host.array());
    }

    String next() {
        long bits = mixed(next.addAndGet(0x9E3779B97F4A7C15L));
        var id = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            id[i] = DIGITS[(int) (bits & 31)];
            bits = Long.rotateRight(bits, 4);
        }
        return new String(id);
    }

    /** Of this server, as long as it runs. */
    String hostId() {
        return hostId;
    }

    private static long mixed(long seed) {
        long z = (seed ^ seed >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
