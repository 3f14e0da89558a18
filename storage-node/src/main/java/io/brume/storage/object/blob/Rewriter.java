package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of what was deleted: copies what is left of a segment that is mostly dead to
 * another one, and deletes it. One thread.
 *
 * <p>A record that moves is first durable in its new place, then dead in its old one, and no
 * deletion comes between: so neither a crash nor a deletion finds it twice.
 */
final class Rewriter {
    /** What moves while deletions wait. */
    private static final int BATCH = 4 << 20;

    /** So many small segments become one. */
    private static final int MANY = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Rewriter.class);

    private final Segments segments;
    private final BlobTable table;
    private final Deaths deaths;
    private final Lane lane;
    private final int segmentBytes;
    private final ByteBuffer buffer;

    /** Those that have something that cannot be read: not tried again before the next start. */
    private final Set<Integer> damaged = new HashSet<>();

    private @Nullable Victim victim;

    private static final class Victim {
        final SegmentFile segment;
        final SegmentNames names;
        int next;

        Victim(SegmentFile segment, SegmentNames names) {
            this.segment = segment;
            this.names = names;
        }
    }

    private record Moved(int index, long to) {}

    Rewriter(Segments segments, BlobTable table, Deaths deaths, Lane lane, int segmentBytes) {
        this.segments = segments;
        this.table = table;
        this.deaths = deaths;
        this.lane = lane;
        this.segmentBytes = segmentBytes;
        this.buffer =
                BufferPool.aligned(
                        BlobHeader.MAX_SMALL + BlobOptions.MAX_SMALL_BYTES + BlobHeader.ALIGN);
    }

    /**
     * Moves a little. No blob may be deleted or replaced meanwhile.
     *
     * @param thrifty whether space is scarce
     * @return bytes that were read and written; −1 = there is nothing to do
     */
    long step(boolean thrifty) throws IOException {
        Victim now = victim == null ? choose(thrifty) : victim;
        victim = now;
        if (now == null) {
            return -1;
        }
        long bytes = 0;
        List<Moved> moved = new ArrayList<>();
        Lane.Appended last = null;
        BlockFile file = now.segment.acquire();
        if (file == null) {
            throw new IllegalStateException("a segment was deleted by somebody else");
        }
        try {
            while (now.next < now.names.size() && bytes < BATCH) {
                int index = now.next;
                if (table.get(now.names.id(index)) == now.names.location(index)) {
                    Lane.Appended copy = copy(now, index, file);
                    bytes += 2L * Location.size(now.names.location(index));
                    if (copy != null) {
                        moved.add(new Moved(index, copy.location()));
                        last = copy;
                    }
                }
                now.next++;
            }
            if (last != null) {
                lane.await(last);
            }
            deaths.add(moved.stream().map(one -> now.names.location(one.index())).toList());
        } catch (IOException e) {
            // What was copied has no name: it is dead before anything else is.
            moved.forEach(one -> forget(one.to()));
            now.next = 0;
            throw e;
        } finally {
            now.segment.release();
        }
        for (Moved one : moved) {
            long from = now.names.location(one.index());
            table.replace(now.names.id(one.index()), from, one.to());
            segments.dead(from);
        }
        if (now.next == now.names.size()) {
            victim = null;
            if (!damaged.contains(now.segment.number)) {
                segments.delete(now.segment);
            }
        }
        return bytes;
    }

    private void forget(long location) {
        deaths.addLater(location);
        segments.dead(location);
    }

    private Lane.@Nullable Appended copy(Victim from, int index, BlockFile file)
            throws IOException {
        long position = Location.position(from.names.location(index));
        file.read(buffer.clear().limit(BlobHeader.MAX_SMALL), position);
        buffer.flip();
        BlobHeader header = BlobHeader.read(buffer);
        if (header == null || !header.id().equals(from.names.id(index))) {
            return damaged(from, "its header is damaged");
        }
        byte[] claim = BlobHeader.claim(buffer);
        buffer.clear()
                .position(BlobHeader.MAX_SMALL)
                .limit(BlobHeader.MAX_SMALL + (int) header.length());
        file.read(buffer, position + header.dataAt());
        if (buffer.hasRemaining()) {
            return damaged(from, "it is cut off");
        }
        try {
            for (int run = 0; run < header.sums().length; run++) {
                int at = run * RunSums.RUN;
                int length = (int) Math.min(RunSums.RUN, header.length() - at);
                header.check(run, buffer.slice(BlobHeader.MAX_SMALL + at, length));
            }
        } catch (DamagedBlobException e) {
            return damaged(from, String.valueOf(e.getMessage()));
        }
        return lane.append(
                header.blob(), claim, header.writtenMillis(), header.sums(), buffer, true);
    }

    private Lane.@Nullable Appended damaged(Victim in, String what) {
        if (damaged.add(in.segment.number)) {
            LOG.error("segment {} stays: {}", in.segment.number, what);
        }
        return null;
    }

    private @Nullable Victim choose(boolean thrifty) throws IOException {
        List<SegmentFile> small = new ArrayList<>();
        SegmentFile best = null;
        double least = thrifty ? 0.9 : 0.5;
        for (SegmentFile segment : segments.all()) {
            if (segment.isSealed() && !damaged.contains(segment.number)) {
                long size = segment.end() - SegmentFile.HEAD;
                double alive = size == 0 ? 0 : (double) segment.live.get() / size;
                if (alive < least) {
                    best = segment;
                    least = alive;
                }
                if (size < segmentBytes / MANY) {
                    small.add(segment);
                }
            }
        }
        if (best == null && small.size() >= MANY) {
            best = small.getFirst();
        }
        return best == null ? null : begin(best);
    }

    private @Nullable Victim begin(SegmentFile segment) throws IOException {
        if (segment.live.get() == 0) {
            return new Victim(segment, new SegmentNames());
        }
        BlockFile file = segment.acquire();
        if (file == null) {
            return null;
        }
        try {
            SegmentFile.Sealed sealed = SegmentFile.Sealed.read(file);
            if (sealed == null) {
                damaged.add(segment.number);
                LOG.error("segment {} stays: its end is damaged", segment.number);
                return null;
            }
            return new Victim(segment, sealed.names());
        } finally {
            segment.release();
        }
    }
}
