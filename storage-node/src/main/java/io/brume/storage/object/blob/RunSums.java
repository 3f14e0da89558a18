package io.brume.storage.object.blob;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The sums of a blob's runs, made while its bytes come in pieces of any size. One thread. */
final class RunSums {
    /** A run: what is read and verified at once. */
    static final int RUN = 64 << 10;

    private final CRC32C current = new CRC32C();
    private int inCurrent;
    private int[] done = new int[16];
    private int count;

    /** How many runs so many bytes have. */
    static int runs(long length) {
        return (int) ((length + RUN - 1) / RUN);
    }

    /** Takes the remaining bytes, and leaves the buffer as it was. */
    void update(ByteBuffer bytes) {
        int at = bytes.position();
        int end = bytes.limit();
        while (at < end) {
            int piece = Math.min(end - at, RUN - inCurrent);
            current.update(bytes.slice(at, piece));
            inCurrent += piece;
            at += piece;
            if (inCurrent == RUN) {
                complete();
            }
        }
    }

    private void complete() {
        if (count == done.length) {
            done = Arrays.copyOf(done, 4 * count);
        }
        done[count++] = (int) current.getValue();
        current.reset();
        inCurrent = 0;
    }

    /** The sums of all that came; nothing may come afterwards. */
    int[] finish() {
        if (inCurrent > 0) {
            complete();
        }
        return Arrays.copyOf(done, count);
    }
}
