package io.brume.node.volume;

import io.brume.common.ffm.ResidentFile;
import io.brume.common.ffm.RunningProcess;
import io.brume.common.ffm.SharedMemory;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.DirectMarks;
import io.brume.proto.block.v1.DirectAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a replica of this host past its node: blocks that the node shows to be in the segments, as
 * far as the kernel has them in memory. Whatever stands in the way leads to asking the node, so
 * nothing here is an error. Never waits for a disk but for opening a segment. On the loop.
 */
final class DirectReads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectReads.class);

    /** Segments whose files are open at once: 256 GiB of a volume. */
    private static final int MOST_SEGMENTS = 256;

    private final Path folder;
    private final long segmentBytes;
    private final long epoch;
    private final RunningProcess node;
    private final DirectMarks marks;
    private final Map<Long, Segment> segments = new HashMap<>();
    private boolean off;
    private long latestIndex = -1;
    private @Nullable Segment latest;

    private record Segment(ResidentFile data, ResidentFile sums) {
        void close() {
            data.close();
            sums.close();
        }
    }

    private DirectReads(DirectAccess access, RunningProcess node, DirectMarks marks, long epoch) {
        this.folder = Path.of(access.getFolder());
        this.segmentBytes = access.getSegmentBytes();
        this.epoch = epoch;
        this.node = node;
        this.marks = marks;
    }

    /**
     * Looks whether the node can be read past.
     *
     * @return null when it cannot: it is in a container of its own, for one
     */
    static @Nullable DirectReads open(DirectAccess access, long epoch) {
        try {
            // First: the marks are of the process that is meant, so it is no other.
            RunningProcess node = RunningProcess.open(access.getProcess());
            try {
                var marks = new DirectMarks(SharedMemory.open(Path.of(access.getMarks())));
                if (marks.isOf(access.getNonce())
                        && access.getSegmentBytes() > 0
                        && access.getSegmentBytes() % Blocks.BLOCK == 0) {
                    return new DirectReads(access, node, marks, epoch);
                }
                LOG.info("{} is not what was told of", access.getMarks());
            } catch (IOException | RuntimeException e) {
                node.close();
                throw e;
            }
            node.close();
        } catch (IOException | IllegalArgumentException e) {
            LOG.info("{} is read through its node only: {}", access.getFolder(), e.toString());
        }
        return null;
    }

    /** See {@link ReplicaLink#readAtOnce}. */
    boolean read(long offset, int length, ByteBuffer into, int start, ByteBuffer sums) {
        long block = offset / Blocks.BLOCK;
        int count = length / Blocks.BLOCK;
        long index = offset / segmentBytes;
        if (off
                || !into.isDirect()
                || !marks.has(block, block + count)
                || (offset + length - 1) / segmentBytes != index) {
            return false;
        }
        Segment segment = index == latestIndex ? latest : segment(index);
        if (segment == null) {
            return false;
        }
        long within = offset % segmentBytes;
        try {
            return segment.sums.read(
                            sums, 0, count * Long.BYTES, within / Blocks.BLOCK * Long.BYTES)
                    && (isZeros(sums, count) || segment.data.read(into, start, length, within))
                    && marks.mayRead(epoch)
                    && node.isRunning();
        } catch (IOException e) {
            LOG.info("{} is read through its node from now on: {}", folder, e.getMessage());
            off = true;
            return false;
        }
    }

    private static boolean isZeros(ByteBuffer sums, int count) {
        for (int i = 0; i < count; i++) {
            if (sums.getLong(i * Long.BYTES) != Blocks.NEVER_WRITTEN) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Segment segment(long index) {
        Segment known = segments.get(index);
        if (known == null && segments.size() < MOST_SEGMENTS) {
            known = openSegment(index);
        }
        if (known != null) {
            latest = known;
            latestIndex = index;
        }
        return known;
    }

    private @Nullable Segment openSegment(long index) {
        try {
            ResidentFile data = ResidentFile.open(folder.resolve("%05d.data".formatted(index)));
            try {
                ResidentFile sums = ResidentFile.open(folder.resolve("%05d.sums".formatted(index)));
                var segment = new Segment(data, sums);
                segments.put(index, segment);
                return segment;
            } catch (IOException e) {
                data.close();
                throw e;
            }
        } catch (IOException e) {
            LOG.info("{} is read through its node from now on: {}", folder, e.getMessage());
            off = true;
            return null;
        }
    }

    @Override
    public void close() {
        off = true;
        node.close();
        latest = null;
        latestIndex = -1;
        segments.values().forEach(Segment::close);
        segments.clear();
    }
}
