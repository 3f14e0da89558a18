package io.brume.node.volume;

import io.brume.node.volume.BlockDevice.Extent;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One question of what is allocated; asked again until a replica answers. On the loop. */
final class ExtentQuestion implements LinkRequest.Answered {
    private static final Duration AGAIN = Duration.ofMillis(20);

    /** Room for this many extents; a replica tells no more. */
    private static final int MOST = 4096;

    private final EventLoop loop;
    private final ServedVolume volume;
    private final long from;
    private final long to;
    private final BlockDevice.Extents done;
    private @Nullable ByteBuffer room;

    ExtentQuestion(
            EventLoop loop,
            ServedVolume volume,
            long offset,
            long length,
            BlockDevice.Extents done) {
        this.loop = loop;
        this.volume = volume;
        this.from = offset;
        this.to = offset + length;
        this.done = done;
    }

    void ask() {
        if (volume.phase() == VolumeStatus.Phase.FAILED) {
            end(Errors.INPUT_OUTPUT, List.of());
            return;
        }
        ReplicaSlot slot = volume.anyReader();
        ByteBuffer known = room;
        if (slot != null && known == null) {
            known = volume.buffers().take(MOST * 2 * Integer.BYTES);
            room = known;
        }
        if (slot == null || known == null) {
            loop.after(AGAIN, this::ask);
            return;
        }
        long first = from - from % Blocks.BLOCK;
        long last = Math.min(volume.sizeBytes(), to + (-to & (Blocks.BLOCK - 1)));
        int length = (int) Math.min(last - first, 1 << 30);
        LinkRequest request = slot.request(Operation.EXTENTS, first, length);
        request.data = known;
        request.size = MOST * 2 * Integer.BYTES;
        request.owner = this;
        slot.send(request);
    }

    @Override
    public void answered(ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload) {
        switch (status) {
            case OK -> end(0, extents(request, payload));
            case CORRUPT, IO_ERROR -> end(Errors.INPUT_OUTPUT, List.of());
            case STALE_EPOCH, NO_SPACE, BAD_REQUEST, NOT_HERE, BAD_SUM, SHORT_OF_SEQUENCE -> {
                slot.refused(status);
                loop.after(AGAIN, this::ask);
            }
        }
    }

    @Override
    public void lost(ReplicaSlot slot, LinkRequest request) {
        loop.after(AGAIN, this::ask);
    }

    private List<Extent> extents(LinkRequest request, int payload) {
        ByteBuffer data = room;
        var found = new ArrayList<Extent>();
        long at = request.offset;
        for (int i = 0; data != null && i + 8 <= payload && at < to; i += 8) {
            long end = at + (data.getInt(i) & 0xFFFFFFFFL);
            long visible = Math.min(end, to) - Math.max(at, from);
            if (visible > 0) {
                found.add(new Extent(visible, data.getInt(i + 4) == 0));
            }
            at = end;
        }
        return found;
    }

    private void end(int error, List<Extent> extents) {
        ByteBuffer known = room;
        room = null;
        if (known != null) {
            volume.buffers().giveBack(known);
        }
        done.done(error, extents);
    }
}
