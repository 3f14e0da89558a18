package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Moves a replica's changes from the journal to its segments. For the one thread that applies.
 *
 * <p>Each batch is the newest version of some blocks of one chunk, written under the replica's
 * apply lock; what was written stays in the layer until it is durable, so a reader finds it in the
 * journal before, and in the segment after.
 */
final class ReplicaApplier {
    private static final int BLOCKS = Blocks.CHUNK / Blocks.BLOCK;

    private final ReplicaView view;
    private final Segments segments;
    private final Journal journal;
    private final ReplicaChunks chunks;
    private final ReentrantLock applying;
    private final ByteBuffer content;
    private final ByteBuffer sums = ByteBuffer.allocateDirect(BLOCKS * Long.BYTES);
    private final ByteBuffer all = ByteBuffer.allocateDirect(BLOCKS * Long.BYTES);
    private final long[] places = new long[BLOCKS];

    /**
     * @param content a direct buffer of a chunk; the applying thread's own
     */
    ReplicaApplier(
            ReplicaView view,
            Segments segments,
            Journal journal,
            ReplicaChunks chunks,
            ReentrantLock applying,
            ByteBuffer content) {
        this.view = view;
        this.segments = segments;
        this.journal = journal;
        this.chunks = chunks;
        this.applying = applying;
        this.content = content;
    }

    /**
     * Applies what a layer has from before a place of the journal, and makes it durable. The
     * journal is durable up to that place.
     */
    void apply(Layer layer, long before) throws IOException {
        Layer.Range[] ranges = view.rangesBelow(layer, before);
        long[] blocks = view.blocksBelow(layer, before);
        if (ranges.length == 0 && blocks.length == 0) {
            // What was written in place is in the journal only as an intention.
            segments.force();
            return;
        }
        chunks.before(blocks, ranges);
        for (Layer.Range range : ranges) {
            zero(range);
        }
        long[] applied = new long[blocks.length];
        for (int from = 0; from < blocks.length; ) {
            int to = from + 1;
            while (to < blocks.length && blocks[to] / BLOCKS == blocks[from] / BLOCKS) {
                to++;
            }
            applyChunk(layer, blocks, from, to, before);
            System.arraycopy(places, 0, applied, from, to - from);
            from = to;
        }
        segments.force();
        applying.lock();
        try {
            chunks.after();
            view.applied(layer, blocks, applied, before);
        } finally {
            applying.unlock();
        }
    }

    /** Writes blocks whose intention is durable. For the thread that makes the change. */
    void writeInPlace(long block, ByteBuffer newSums, ByteBuffer bytes) throws IOException {
        applying.lock();
        try {
            segments.writeInPlace(block, newSums, bytes);
        } finally {
            applying.unlock();
        }
    }

    /** In steps, so that readers and writers do not wait long. */
    private void zero(Layer.Range range) throws IOException {
        for (long from = range.from(); from < range.to(); ) {
            long to = Math.min(range.to(), segments.endOfSegment(from));
            applying.lock();
            try {
                chunks.fillEnds(from, to, sums, content);
                segments.zero(from, to);
            } finally {
                applying.unlock();
            }
            from = to;
        }
    }

    private void applyChunk(Layer layer, long[] blocks, int from, int to, long before)
            throws IOException {
        applying.lock();
        try {
            chunks.fill(blocks[from], sums, content);
            view.places(layer, blocks, from, to, before, places, sums);
            for (int i = 0; i < to - from; ) {
                int end = endOfRun(blocks, from, i, to - from);
                long block = blocks[from + i];
                if (Place.isZero(places[i])) {
                    segments.zero(block, block + end - i);
                } else if (Place.isIntent(places[i])) {
                    settle(block, i, end);
                } else if (Place.isData(places[i])) {
                    segments.writeBytes(block, load(i, end));
                }
                i = end;
            }
            writeSums(blocks, from, to - from);
        } finally {
            applying.unlock();
        }
    }

    /** Of the blocks of a chunk whose bytes were written: all at once, with those between them. */
    private void writeSums(long[] blocks, int from, int count) throws IOException {
        int first = 0;
        int last = count - 1;
        while (first < count && !Place.isData(places[first])) {
            first++;
        }
        while (last > first && !Place.isData(places[last])) {
            last--;
        }
        if (first == count) {
            return;
        }
        long start = blocks[from + first];
        all.clear().limit((int) (blocks[from + last] - start + 1) * Long.BYTES);
        segments.sums(start, all);
        for (int i = first; i <= last; i++) {
            if (Place.isData(places[i])) {
                int at = (int) (blocks[from + i] - start) * Long.BYTES;
                all.putLong(at, sums.getLong(i * Long.BYTES));
            }
        }
        segments.writeSums(start, all);
    }

    /** Where the run of neighbours that are treated alike ends. */
    private int endOfRun(long[] blocks, int from, int start, int most) {
        int end = start + 1;
        while (end < most
                && blocks[from + end] == blocks[from + end - 1] + 1
                && kind(places[end]) == kind(places[start])) {
            end++;
        }
        return end;
    }

    private static long kind(long place) {
        return place == Place.SEGMENT ? -1 : place >>> 62;
    }

    /** The bytes of some blocks from the journal: where they are, if they are side by side. */
    private ByteBuffer load(int start, int end) throws IOException {
        int next = endOfPiece(start, end);
        if (next == end) {
            return piece(start, end);
        }
        content.clear();
        try {
            for (int i = start; i < end; i = next) {
                next = endOfPiece(i, end);
                content.put(piece(i, next));
            }
        } catch (InternalError e) {
            // That is how the JDK tells that the disk could not read the page.
            throw new IOException("the journal cannot be read", e);
        }
        return content.flip();
    }

    private ByteBuffer piece(int start, int end) throws IOException {
        return journal.bytes(Place.inJournal(places[start]), (end - start) * Blocks.BLOCK);
    }

    private int endOfPiece(int start, int end) {
        int next = start + 1;
        while (next < end && places[next] == places[next - 1] + Blocks.BLOCK) {
            next++;
        }
        return next;
    }

    /** Decides what became of blocks that were being written in place when the node was cut off. */
    private void settle(long block, int start, int end) throws IOException {
        for (int i = start; i < end; i++) {
            long at = block + i - start;
            long wanted = sums.getLong(i * Long.BYTES);
            long found = 0;
            if (segments.exists(at)) {
                content.clear().limit(Blocks.BLOCK);
                segments.read(at, content);
                found = Blocks.sum(content.flip());
            }
            boolean inFlight = found != wanted && Place.inJournal(places[i]) >= view.settled();
            content.clear();
            content.putLong(inFlight ? Blocks.SUSPECT : wanted).flip();
            segments.writeSums(at, content);
        }
    }
}
