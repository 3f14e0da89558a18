package io.brume.storage.block;

import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What the disk still takes. A write is accepted only when applying it later cannot fail for want
 * of space: what was accepted and not applied yet counts as used, and a reserve stays for
 * everything else. Thread-safe.
 */
public final class Space {
    private static final long ASK_AFTER = 8L << 20;

    private final BlockFiles files;
    private final Path folder;
    private final long reserve;
    private final AtomicLong unapplied = new AtomicLong();
    private final AtomicLong sinceAsked = new AtomicLong(ASK_AFTER);
    private final LongSupplier promised;
    private volatile long free;

    /**
     * @param promised bytes that will be needed for something else
     */
    public Space(BlockFiles files, Path folder, long reserve, LongSupplier promised) {
        this.files = files;
        this.folder = folder;
        this.reserve = reserve;
        this.promised = promised;
    }

    /** Whether so many bytes more can be taken. */
    public boolean takes(long bytes) throws IOException {
        if (sinceAsked.addAndGet(bytes) < ASK_AFTER && room() >= bytes) {
            return true;
        }
        ask();
        return room() >= bytes;
    }

    private long room() {
        return free - unapplied.get() - reserve - sinceAsked.get();
    }

    void ask() throws IOException {
        sinceAsked.set(0);
        free = files.freeBytes(folder) - promised.getAsLong();
    }

    /** Bytes that will be written. */
    public void accepted(long bytes) {
        unapplied.addAndGet(bytes);
    }

    /** Bytes that were accepted and are written, or will not be. */
    public void applied(long bytes) {
        unapplied.addAndGet(-bytes);
    }

    /** What may still be taken. */
    public long freeBytes() throws IOException {
        return Math.max(
                0, files.freeBytes(folder) - promised.getAsLong() - unapplied.get() - reserve);
    }
}
