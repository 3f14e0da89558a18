package io.brume.node.volume;

import io.brume.node.volume.VolumeRequest.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Keeps requests back, in their order, that come faster than the volume's limits: so many requests
 * and so many bytes a second, of which at most one second's may come at once after a pause. Flushes
 * pass: they bring nothing. On the loop.
 */
final class Throttle {
    private final EventLoop loop;
    private final Consumer<VolumeRequest> next;
    private final BooleanSupplier ended;
    private final RateLimit requests;
    private final RateLimit bytes;
    private final ArrayDeque<VolumeRequest> waiting = new ArrayDeque<>();
    private boolean waking;
    private long wakeAt;
    private long timer;

    /**
     * @param want its limits are the first
     * @param next gets each request when it may go on
     * @param ended whether nothing needs to wait any more, since all fails
     */
    Throttle(EventLoop loop, VolumeWant want, Consumer<VolumeRequest> next, BooleanSupplier ended) {
        this.loop = loop;
        this.next = next;
        this.ended = ended;
        this.requests = new RateLimit(want.iopsLimit(), loop.nanos());
        this.bytes = new RateLimit(want.bytesPerSecondLimit(), loop.nanos());
    }

    /** Other limits from now on; {@link #release} lets go what they allow. */
    void change(VolumeWant want) {
        requests.change(want.iopsLimit());
        bytes.change(want.bytesPerSecondLimit());
    }

    void submit(VolumeRequest request) {
        if (request.kind != Kind.FLUSH && (!waiting.isEmpty() || pauseNanos() > 0)) {
            waiting.add(request);
            wake(pauseNanos());
            return;
        }
        pass(request);
    }

    private void pass(VolumeRequest request) {
        if (request.kind != Kind.FLUSH) {
            requests.take(1);
            bytes.take(request.kind == Kind.ZERO ? 0 : request.length);
        }
        next.accept(request);
    }

    private long pauseNanos() {
        long now = loop.nanos();
        return Math.max(requests.pauseNanos(now), bytes.pauseNanos(now));
    }

    private void wake(long pauseNanos) {
        long due = loop.nanos() + pauseNanos;
        if (waking && due >= wakeAt) {
            return;
        }
        // One that comes too late, since the limits have changed, finds another's number.
        waking = true;
        wakeAt = due;
        timer++;
        long mine = timer;
        loop.after(
                Duration.ofNanos(pauseNanos),
                () -> {
                    if (mine == timer) {
                        waking = false;
                        release();
                    }
                });
    }

    /** Lets go of those that may go on by now. */
    void release() {
        while (!waiting.isEmpty()) {
            long pause = ended.getAsBoolean() ? 0 : pauseNanos();
            if (pause > 0) {
                wake(pause);
                return;
            }
            pass(waiting.remove());
        }
    }
}
