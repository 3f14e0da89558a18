package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records of a segment that was not sealed, or whose end is damaged. What was durable for
 * certain stays even if its bytes are damaged, since another node may have them; what may have been
 * torn by the loss of power counts only when it is whole. One thread.
 */
final class SegmentScan {
    private static final int WINDOW = 1 << 20;

    private final BlockFile file;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW).limit(0);
    private long windowAt;
    private long secret;
    private boolean knowsSecret;
    private long durable;

    private record Found(BlobHeader header, long position, int size) {}

    /**
     * What was found.
     *
     * @param end behind the last record
     */
    record Records(SegmentNames names, long secret, long end) {}

    private SegmentScan(BlockFile file, SegmentFile.@Nullable Head head) throws IOException {
        this.file = file;
        this.size = file.size();
        if (head != null) {
            secret = head.secret();
            knowsSecret = true;
        }
    }

    /**
     * Reads a segment.
     *
     * @param head null when it is damaged
     */
    static Records read(BlockFile file, int number, SegmentFile.@Nullable Head head)
            throws IOException {
        return new SegmentScan(file, head).records(number);
    }

    private Records records(int number) throws IOException {
        List<Found> all = new ArrayList<>();
        long at = SegmentFile.HEAD;
        while (at + BlobHeader.FIXED < size) {
            BlobHeader header = header(at);
            if (header == null) {
                at = search(at + BlobHeader.ALIGN);
            } else {
                int length = BlobHeader.align(header.dataAt() + (int) header.length());
                all.add(new Found(header, at, length));
                durable = Math.max(durable, header.durable());
                at += length;
            }
        }
        var names = new SegmentNames();
        long end = SegmentFile.HEAD;
        for (Found one : all) {
            if (one.position + one.size <= durable || isWhole(one)) {
                names.add(one.header.id(), Location.inSegment(number, one.position, one.size));
                end = one.position + one.size;
            }
        }
        return new Records(names, secret, Math.max(end, durable));
    }

    private @Nullable BlobHeader header(long at) throws IOException {
        load(at, BlobHeader.MAX_SMALL);
        int start = (int) (at - windowAt);
        BlobHeader header =
                BlobHeader.read(
                        window.slice(
                                start, Math.min(window.limit() - start, BlobHeader.MAX_SMALL)));
        if (header == null
                || header.position() != at
                || header.dataAt() > BlobHeader.MAX_SMALL
                || (knowsSecret && header.secret() != secret)) {
            return null;
        }
        secret = header.secret();
        knowsSecret = true;
        return header;
    }

    /** The next place that looks like the begin of a record; the file's end when there is none. */
    private long search(long from) throws IOException {
        long at = from;
        while (at + BlobHeader.FIXED < size) {
            load(at, BlobHeader.FIXED);
            int start = (int) (at - windowAt);
            while (start + BlobHeader.FIXED <= window.limit()) {
                if (window.getInt(start) == BlobHeader.MAGIC) {
                    return windowAt + start;
                }
                start += BlobHeader.ALIGN;
            }
            at = windowAt + start;
        }
        return size;
    }

    private void load(long at, int bytes) throws IOException {
        if (at < windowAt || Math.min(at + bytes, size) > windowAt + window.limit()) {
            file.read(window.clear(), at);
            window.flip();
            windowAt = at;
        }
    }

    private boolean isWhole(Found one) throws IOException {
        ByteBuffer run = ByteBuffer.allocateDirect(RunSums.RUN);
        long length = one.header.length();
        for (int index = 0; index < one.header.sums().length; index++) {
            long from = (long) index * RunSums.RUN;
            run.clear().limit((int) Math.min(RunSums.RUN, length - from));
            file.read(run, one.position + one.header.dataAt() + from);
            if (run.hasRemaining()) {
                return false;
            }
            try {
                one.header.check(index, run.flip());
            } catch (DamagedBlobException e) {
                return false;
            }
        }
        return true;
    }
}
