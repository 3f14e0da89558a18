package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkContent;
import io.brume.storage.block.chunk.ChunkSums;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A replica's segments, by chunks. */
final class SegmentContent implements ChunkContent {
    static final int BLOCKS = Blocks.CHUNK / Blocks.BLOCK;

    private final Segments segments;

    SegmentContent(Segments segments) {
        this.segments = segments;
    }

    @Override
    public boolean isZeros(long chunk) throws IOException {
        long first = chunk * BLOCKS;
        if (!segments.exists(first)) {
            return true;
        }
        for (long block = first; block < first + BLOCKS; block++) {
            if (segments.sum(block) != Blocks.NEVER_WRITTEN) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void read(long chunk, ByteBuffer sums, ByteBuffer content) throws IOException {
        long first = chunk * BLOCKS;
        content.limit(content.position() + Blocks.CHUNK);
        int start = content.position();
        segments.read(first, content);
        for (int i = 0; i < BLOCKS; i++) {
            // A block of zeros has no sum here, so that the sums follow from the bytes, as the name
            // does.
            long found = segments.sum(first + i);
            long sum = found == ChunkSums.OF_ZEROS ? Blocks.NEVER_WRITTEN : found;
            sums.putLong(sum);
            if (sum == Blocks.NEVER_WRITTEN) {
                for (int at = 0; at < Blocks.BLOCK; at += Long.BYTES) {
                    content.putLong(start + i * Blocks.BLOCK + at, 0);
                }
            }
        }
    }
}
