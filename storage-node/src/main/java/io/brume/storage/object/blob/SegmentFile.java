package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that many blobs share: records one after the other, then, once it is full, what they are.
 * Open while somebody uses it; readers of one that was deleted keep it. Thread-safe.
 *
 * <pre>
 * head:    u64 magic   u32 version   u32 number   u64 secret   u64 begun, ms since 1970   u32 CRC-32C
 * records: {@link BlobHeader}, the bytes; each at a multiple of 64
 * names:   (u128 id   u64 location) for each record
 * end:     u64 magic   u32 names   u32 CRC-32C of the names   u64 secret   u64 begun   u32 number
 *          u32 CRC-32C of these; the last 64 bytes of the file
 * </pre>
 */
final class SegmentFile {
    static final int HEAD = 64;
    static final int END = 64;
    private static final long HEAD_MAGIC = 0x4252554D45534731L;
    private static final long END_MAGIC = 0x4252554D45534531L;
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFile.class);

    /** Files that are kept open without a user; more are closed. */
    private static final int MOST_IDLE = 512;

    private static final AtomicInteger OPEN = new AtomicInteger();

    final int number;
    final long secret;
    final long begunMillis;
    private final BlockFiles files;
    private final Path path;

    /** Bytes of records that are needed. */
    final AtomicLong live = new AtomicLong();

    /** Bytes of records. */
    private volatile long end;

    private volatile boolean sealed;

    /** Guarded by this. */
    private @Nullable BlockFile file;

    /** Guarded by this; −1 = deleted and closed. */
    private int users;

    private boolean retired;

    SegmentFile(
            BlockFiles files,
            Path path,
            int number,
            long secret,
            long begunMillis,
            long end,
            boolean sealed) {
        this.files = files;
        this.path = path;
        this.number = number;
        this.secret = secret;
        this.begunMillis = begunMillis;
        this.end = end;
        this.sealed = sealed;
    }

    long end() {
        return end;
    }

    void end(long now) {
        end = now;
    }

    boolean isSealed() {
        return sealed;
    }

    Path path() {
        return path;
    }

    /** The file, to be released again; null when it was deleted. */
    synchronized @Nullable BlockFile acquire() throws IOException {
        if (retired) {
            return null;
        }
        BlockFile open = file;
        if (open == null) {
            open = sealed ? files.openExisting(path) : files.open(path);
            file = open;
            OPEN.incrementAndGet();
        }
        users++;
        return open;
    }

    synchronized void release() {
        users--;
        if (users == 0 && (retired || OPEN.get() > MOST_IDLE)) {
            closeFile();
        }
    }

    /** Nobody finds it any more; those who have it keep it. */
    synchronized void retire() {
        retired = true;
        if (users == 0) {
            closeFile();
        }
    }

    private void closeFile() {
        BlockFile open = file;
        file = null;
        if (open != null) {
            OPEN.decrementAndGet();
            try {
                open.close();
            } catch (IOException e) {
                LOG.warn("{} cannot be closed: {}", path, e.toString());
            }
        }
    }

    // What is in the file.

    /** What a head says. */
    record Head(int number, long secret, long begunMillis) {}

    static void writeHead(BlockFile to, Head head) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD);
        bytes.putLong(HEAD_MAGIC).putInt(1).putInt(head.number);
        bytes.putLong(head.secret).putLong(head.begunMillis);
        bytes.putInt(sum(bytes, bytes.position()));
        to.write(bytes.position(0).limit(HEAD), 0);
    }

    /** Reads a head; null when it is damaged. */
    static @Nullable Head readHead(BlockFile from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD);
        from.read(bytes, 0);
        return bytes.hasRemaining()
                        || bytes.getLong(0) != HEAD_MAGIC
                        || bytes.getInt(8) != 1
                        || bytes.getInt(32) != sum(bytes, 32)
                ? null
                : new Head(bytes.getInt(12), bytes.getLong(16), bytes.getLong(24));
    }

    private static int sum(ByteBuffer bytes, int length) {
        var sum = new CRC32C();
        sum.update(bytes.slice(0, length));
        return (int) sum.getValue();
    }

    /** Writes durably what is in it: from then on a start need not look at the records. */
    void seal(BlockFile to, SegmentNames names) throws IOException {
        long at = end;
        ByteBuffer bytes = ByteBuffer.allocateDirect(names.size() * SegmentNames.BYTES + END);
        names.write(bytes);
        int namesSum = sum(bytes, bytes.position());
        ByteBuffer last = bytes.slice(bytes.position(), END);
        last.putLong(END_MAGIC).putInt(names.size()).putInt(namesSum);
        last.putLong(secret).putLong(begunMillis).putInt(number);
        last.putInt(sum(last, last.position()));
        if (to.size() > at) {
            to.resize(at);
        }
        to.write(bytes.clear(), at);
        to.force();
        sealed = true;
    }

    /** What a sealed segment has; null when it is not sealed, or the end is damaged. */
    record Sealed(Head head, SegmentNames names, long end) {
        static @Nullable Sealed read(BlockFile from) throws IOException {
            long size = from.size();
            if (size < HEAD + END) {
                return null;
            }
            ByteBuffer last = ByteBuffer.allocate(END);
            from.read(last, size - END);
            if (last.getLong(0) != END_MAGIC || last.getInt(36) != sum(last, 36)) {
                return null;
            }
            int count = last.getInt(8);
            long end = size - END - (long) count * SegmentNames.BYTES;
            if (count < 0 || end < HEAD) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.allocateDirect(count * SegmentNames.BYTES);
            from.read(bytes, end);
            if (bytes.hasRemaining() || sum(bytes, bytes.capacity()) != last.getInt(12)) {
                return null;
            }
            return new Sealed(
                    new Head(last.getInt(32), last.getLong(16), last.getLong(24)),
                    SegmentNames.read(bytes.flip()),
                    end);
        }
    }
}
