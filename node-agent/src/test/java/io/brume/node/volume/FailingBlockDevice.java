package io.brume.node.volume;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes another device late, unordered and faulty, as the seed of its random numbers wants. Effects
 * come in the order of the calls; only the answers are late: some at once, some in a later round of
 * the loop, some after milliseconds, in any order. A request that fails may have had its effect. On
 * the loop.
 */
public final class FailingBlockDevice implements BlockDevice {
    private final BlockDevice inner;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final List<Runnable> late = new ArrayList<>();
    private double failures;
    private boolean holding;
    private int underWay;
    private int mostUnderWay;

    /**
     * Wraps a device.
     *
     * @param failures of all requests, from 0 to 1
     */
    public FailingBlockDevice(
            BlockDevice inner, EventLoop loop, RandomGenerator random, double failures) {
        this.inner = inner;
        this.loop = loop;
        this.random = random;
        this.failures = failures;
    }

    /** From now on so many requests fail. */
    public void failures(double share) {
        failures = share;
    }

    /** Answers nothing, until it is called with false. */
    public void hold(boolean on) {
        holding = on;
        if (!on) {
            answerSome(late.size());
        }
    }

    /** Requests that are not answered. */
    public int underWay() {
        return underWay;
    }

    /** The most requests that were not answered at a time. */
    public int mostUnderWay() {
        return mostUnderWay;
    }

    @Override
    public long sizeBytes() {
        return inner.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into, Done done) {
        inner.read(offset, into, later(done));
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean durable, Done done) {
        inner.write(offset, from, durable, later(done));
    }

    @Override
    public void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done) {
        inner.zero(offset, length, keepAllocated, durable, later(done));
    }

    @Override
    public void flush(Done done) {
        inner.flush(later(done));
    }

    @Override
    public void extents(long offset, long length, Extents done) {
        inner.extents(
                offset,
                length,
                (error, extents) -> {
                    Done result =
                            later(failure -> done.done(failure == 0 ? error : failure, extents));
                    result.done(0);
                });
    }

    @Override
    public void onResize(Runnable listener) {
        inner.onResize(listener);
    }

    private Done later(Done done) {
        underWay++;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        int[] errors = {5, 28, 22, 12, 110};
        boolean fails = random.nextDouble() < failures;
        int failure = fails ? errors[random.nextInt(errors.length)] : 0;
        return result -> {
            int told = failure != 0 ? failure : result;
            Runnable answer =
                    () -> {
                        underWay--;
                        done.done(told);
                    };
            if (!holding && random.nextInt(4) == 0) {
                answer.run();
                return;
            }
            late.add(answer);
            if (random.nextInt(20) == 0) {
                loop.after(Duration.ofMillis(random.nextInt(3)), () -> answerSome(1));
            } else {
                loop.execute(() -> answerSome(1));
            }
        };
    }

    private void answerSome(int count) {
        for (int i = 0; i < count && !holding && !late.isEmpty(); i++) {
            late.remove(random.nextInt(late.size())).run();
        }
    }
}
