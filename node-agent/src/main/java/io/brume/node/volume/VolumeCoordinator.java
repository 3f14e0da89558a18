package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.node.volume.VolumeRequest.Kind;
import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a volume: a block device whose requests it orders, limits, cuts to what the
 * block protocol carries, and has carried out by the volume's replicas
 * (docs/design/0002-block-volumes.md). What it has answered is on every in-sync replica, and what
 * it has flushed survives the loss of power of all of them.
 *
 * <p>{@link #apply} and {@link #close} may be called from any thread, everything else on the loop.
 * Requests that come before the volume is open wait. After a newer coordinator was met every
 * request fails with EIO.
 */
public final class VolumeCoordinator implements BlockDevice, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeCoordinator.class);
    private static final Duration TICK = Duration.ofMillis(100);

    /** What one request zeroes at most; bytes. */
    private static final long ZEROED_AT_ONCE = 1L << 30;

    private final EventLoop loop;
    private final ReplicaLink.Dialer dialer;
    private final CoordinatorOptions options;
    private final CutGroups groups;
    private final Consumer<VolumeStatus> listener;
    private final ArrayDeque<VolumeRequest> idle = new ArrayDeque<>();
    private final List<Runnable> resizeListeners = new ArrayList<>();
    private final Throttle throttle;
    private final BlockEncryption encryption;
    private ServedVolume volume;
    private @Nullable VolumeStatus told;
    private boolean telling;
    private boolean closed;

    /**
     * Begins to open the volume.
     *
     * @param groups those of the host
     * @param listener gets each status that differs from the one before, on the loop
     */
    VolumeCoordinator(
            EventLoop loop,
            ReplicaLink.Dialer dialer,
            CoordinatorOptions options,
            CutGroups groups,
            VolumeWant want,
            Consumer<VolumeStatus> listener) {
        this.loop = requireNonNull(loop);
        this.dialer = requireNonNull(dialer);
        this.options = requireNonNull(options);
        this.groups = requireNonNull(groups);
        this.listener = requireNonNull(listener);
        this.encryption = new BlockEncryption(want);
        this.volume = serve(want);
        this.throttle =
                new Throttle(
                        loop,
                        want,
                        request -> volume.submit(request),
                        () -> volume.phase() == VolumeStatus.Phase.FAILED);
        loop.execute(this::start);
    }

    /**
     * Begins to open the volume.
     *
     * @param sockets of the same loop
     * @param groups those of the host: the same for all of its volumes
     * @param listener gets each status that differs from the one before, on the loop
     */
    public static VolumeCoordinator open(
            EventLoop loop,
            ReplicaSockets sockets,
            CoordinatorOptions options,
            CutGroups groups,
            VolumeWant want,
            Consumer<VolumeStatus> listener) {
        return new VolumeCoordinator(loop, sockets::dial, options, groups, want, listener);
    }

    private ServedVolume serve(VolumeWant want) {
        return new ServedVolume(loop, dialer, options, groups, want, encryption, new Events());
    }

    private void start() {
        volume.start();
        tick();
    }

    private void tick() {
        if (!closed) {
            volume.tick();
            loop.after(TICK, this::tick);
        }
    }

    /**
     * Takes a newer word of the control plane. One that is older than the last, or names no in-sync
     * replica, changes nothing. A higher epoch begins anew: what was under way fails.
     */
    public void apply(VolumeWant want) {
        loop.execute(() -> applyHere(want));
    }

    private void applyHere(VolumeWant next) {
        VolumeWant known = volume.want();
        if (closed || next.generation() < known.generation() || next.epoch() < known.epoch()) {
            return;
        }
        if (next.replicas().stream().noneMatch(ReplicaWant::inSync)) {
            LOG.warn("{} without a replica: not taken", next);
            return;
        }
        throttle.change(next);
        encryption.learn(next);
        if (next.epoch() > known.epoch()) {
            long before = volume.sizeBytes();
            volume.close("a newer epoch begins");
            volume = serve(next);
            volume.start();
            if (volume.sizeBytes() > before) {
                grown();
            }
            changed();
        } else {
            volume.apply(next);
        }
        throttle.release();
    }

    /** Gives the volume up: everything that is not answered fails, and nothing more is written. */
    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            volume.close("given up");
            throttle.release();
        });
    }

    /** How the volume is now. On the loop. */
    public VolumeStatus status() {
        return volume.status();
    }

    /** Of the volume's own. On the loop. */
    int buffersInUse() {
        return volume.buffers().lent();
    }

    @Override
    public long sizeBytes() {
        return volume.sizeBytes();
    }

    @Override
    public void onResize(Runnable resized) {
        resizeListeners.add(resized);
    }

    private void grown() {
        resizeListeners.forEach(Runnable::run);
    }

    private void changed() {
        if (!telling) {
            telling = true;
            loop.execute(this::tell);
        }
    }

    private void tell() {
        telling = false;
        VolumeStatus now = volume.status();
        if (!now.equals(told)) {
            told = now;
            listener.accept(now);
        }
    }

    // ---- the block device ----

    @Override
    public void read(long offset, ByteBuffer into, Done done) {
        int length = into.remaining();
        if (refuses(offset, length, done)) {
            return;
        }
        if (blocksLength(offset, length) <= Blocks.MOST_DATA) {
            throttle.submit(
                    transfer(Kind.READ, offset, into, into.position(), length, false, done));
            return;
        }
        split(Kind.READ, offset, into, false, done);
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean durable, Done done) {
        int length = from.remaining();
        if (refuses(offset, length, done)) {
            return;
        }
        if (blocksLength(offset, length) <= Blocks.MOST_DATA) {
            throttle.submit(
                    transfer(Kind.WRITE, offset, from, from.position(), length, durable, done));
            return;
        }
        split(Kind.WRITE, offset, from, durable, done);
    }

    private void split(Kind kind, long offset, ByteBuffer buffer, boolean durable, Done done) {
        var parts = new SplitRequest(done);
        int position = buffer.position();
        int left = buffer.remaining();
        long at = offset;
        while (left > 0) {
            int size = (int) Math.min(left, down(at) + Blocks.MOST_DATA - at);
            // Each part moves the positions of a view of its own.
            ByteBuffer view = buffer.duplicate();
            parts.add();
            throttle.submit(transfer(kind, at, view, position, size, durable, parts));
            position += size;
            at += size;
            left -= size;
        }
        parts.all();
    }

    private VolumeRequest transfer(
            Kind kind,
            long offset,
            ByteBuffer buffer,
            int position,
            int length,
            boolean durable,
            Done done) {
        VolumeRequest request = request(kind, down(offset), blocksLength(offset, length), done);
        request.durable = durable;
        // What is encrypted is so in a buffer of the volume's: the client's bytes stay as they are.
        if (request.length == length && (kind == Kind.READ || !encryption.isWanted())) {
            request.data = buffer;
            request.start = position;
        } else {
            request.client = buffer;
            request.clientStart = position;
            request.clientLength = length;
            request.skip = (int) (offset - request.offset);
        }
        return request;
    }

    @Override
    public void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done) {
        if (refuses(offset, length, done)) {
            return;
        }
        var parts = new SplitRequest(done);
        long end = offset + length;
        long from = Math.min(end, up(offset));
        long to = Math.max(from, down(end));
        if (from > offset) {
            zeroPart(offset, (int) (from - offset), durable, parts);
        }
        for (long at = from; at < to; at += ZEROED_AT_ONCE) {
            VolumeRequest request =
                    request(Kind.ZERO, at, Math.min(ZEROED_AT_ONCE, to - at), parts);
            request.keepAllocated = keepAllocated;
            request.durable = durable;
            parts.add();
            throttle.submit(request);
        }
        if (end > to) {
            zeroPart(to, (int) (end - to), durable, parts);
        }
        parts.all();
    }

    /** Zeros a part of a block by writing. */
    private void zeroPart(long offset, int length, boolean durable, SplitRequest parts) {
        parts.add();
        throttle.submit(
                transfer(
                        Kind.WRITE,
                        offset,
                        ByteBuffer.allocate(length),
                        0,
                        length,
                        durable,
                        parts));
    }

    @Override
    public void flush(Done done) {
        if (!refuses(0, 1, done)) {
            throttle.submit(request(Kind.FLUSH, 0, 0, done));
        }
    }

    @Override
    public void extents(long offset, long length, Extents done) {
        if (offset < 0 || length <= 0 || length > sizeBytes() || offset > sizeBytes() - length) {
            loop.execute(() -> done.done(Errors.INVALID, List.of()));
            return;
        }
        new ExtentQuestion(loop, volume, offset, length, done).ask();
    }

    private boolean refuses(long offset, long length, Done done) {
        long size = sizeBytes();
        if (offset < 0 || length < 0 || length > size || offset > size - length) {
            loop.execute(() -> done.done(Errors.INVALID));
            return true;
        }
        if (length == 0) {
            loop.execute(() -> done.done(0));
            return true;
        }
        if (volume.phase() == VolumeStatus.Phase.FAILED) {
            loop.execute(() -> done.done(Errors.INPUT_OUTPUT));
            return true;
        }
        return false;
    }

    private static long down(long offset) {
        return offset & -Blocks.BLOCK;
    }

    private static long up(long offset) {
        return down(offset + Blocks.BLOCK - 1);
    }

    private static long blocksLength(long offset, int length) {
        return up(offset + length) - down(offset);
    }

    private VolumeRequest request(Kind kind, long offset, long length, Done done) {
        VolumeRequest known = idle.poll();
        VolumeRequest request = known == null ? new VolumeRequest() : known;
        request.kind = kind;
        request.offset = offset;
        request.length = length;
        request.done = done;
        return request;
    }

    private void ended(VolumeRequest request) {
        Done done = request.done;
        int error = request.error;
        request.clear();
        idle.push(request);
        done.done(error);
    }

    /** What the volume tells. */
    private final class Events implements ServedVolume.Owner {
        @Override
        public void ended(VolumeRequest request) {
            VolumeCoordinator.this.ended(request);
        }

        @Override
        public void changed() {
            VolumeCoordinator.this.changed();
        }

        @Override
        public void grown() {
            VolumeCoordinator.this.grown();
        }
    }
}
