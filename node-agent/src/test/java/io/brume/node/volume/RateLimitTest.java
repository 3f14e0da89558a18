package io.brume.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.VolumeRequest.Kind;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of a volume, on a simulated clock: what comes through, and how much of it at once. */
class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Percentage FIVE_PERCENT = Percentage.withPercentage(5);

    private final SimulatedLoop loop = new SimulatedLoop();
    private final long begin = loop.nanos();
    private long requests;
    private long bytes;
    private long mostInAMillisecond;
    private long inThisMillisecond;
    private long thisMillisecond = -1;

    private static VolumeWant want(long iops, long bytesPerSecond) {
        return new VolumeWant("vol-1", 1, 1, 1 << 30, List.of(), iops, bytesPerSecond, List.of());
    }

    private Throttle throttle(long iops, long bytesPerSecond) {
        return new Throttle(loop, want(iops, bytesPerSecond), this::came, () -> false);
    }

    private void came(VolumeRequest request) {
        requests++;
        bytes += request.length;
        long millisecond = (loop.nanos() - begin) / 1_000_000;
        inThisMillisecond = millisecond == thisMillisecond ? inThisMillisecond + 1 : 1;
        thisMillisecond = millisecond;
        mostInAMillisecond = Math.max(mostInAMillisecond, inThisMillisecond);
    }

    private static VolumeRequest request(Kind kind, long length) {
        var request = new VolumeRequest();
        request.kind = kind;
        request.length = length;
        return request;
    }

    /** A client that has always more to ask than the volume may do. */
    private void flood(Throttle throttle, int aMillisecond, int mostBlocks, int seconds) {
        var random = new Random(7);
        for (int at = 0; at < seconds * 1000; at++) {
            for (int i = 0; i < aMillisecond; i++) {
                throttle.submit(
                        request(
                                random.nextBoolean() ? Kind.READ : Kind.WRITE,
                                4096L * (1 + random.nextInt(mostBlocks))));
            }
            loop.runUntil(loop.nanos() + 1_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 3_000, 16_000})
    void requestsASecondHoldWithinFivePercent(long limit) {
        Throttle throttle = throttle(limit, 0);
        flood(throttle, 40, 1, 1);
        requests = 0;
        mostInAMillisecond = 0;
        flood(throttle, 40, 1, 5);
        assertThat(requests / 5).isCloseTo(limit, FIVE_PERCENT);
        assertThat(mostInAMillisecond)
                .as("without a pause before, there is no burst")
                .isLessThanOrEqualTo(limit / 1000 + 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {4 << 20, 125 << 20, 1000 << 20})
    void bytesASecondHoldWithinFivePercent(long limit) {
        Throttle throttle = throttle(0, limit);
        flood(throttle, 5, 255, 2);
        bytes = 0;
        flood(throttle, 5, 255, 10);
        assertThat(bytes / 10).isCloseTo(limit, FIVE_PERCENT);
    }

    @Test
    void theTighterOfBothLimitsCounts() {
        Throttle throttle = throttle(3_000, 4 << 20);
        flood(throttle, 10, 1, 2);
        bytes = 0;
        requests = 0;
        flood(throttle, 10, 1, 5);
        assertThat(bytes / 5).isCloseTo(4 << 20, FIVE_PERCENT);
        assertThat(requests).isLessThan(3_000 * 5);
    }

    @Test
    void aPauseOfAnyLengthSavesUpOneSecondAndNoMore() {
        Throttle throttle = throttle(500, 0);
        loop.runUntil(loop.nanos() + 3600 * SECOND);
        for (int i = 0; i < 10_000; i++) {
            throttle.submit(request(Kind.READ, 4096));
        }
        assertThat(requests).isBetween(500L, 501L);
        loop.runUntil(loop.nanos() + 2 * SECOND);
        assertThat(requests).isCloseTo(1_500, FIVE_PERCENT);
    }

    @Test
    void aRequestLargerThanASecondsBytesPassesAndIsPaidFor() {
        Throttle throttle = throttle(0, 256 << 10);
        for (int i = 0; i < 4; i++) {
            throttle.submit(request(Kind.WRITE, 1 << 20));
        }
        assertThat(requests).isEqualTo(1);
        loop.runUntil(loop.nanos() + 10 * SECOND);
        assertThat(requests).as("one at the beginning, then after 3 s and every 4 s").isEqualTo(3);
        loop.runUntil(loop.nanos() + 2 * SECOND);
        assertThat(requests).isEqualTo(4);
    }

    @Test
    void flushesPassAndOrderStays() {
        Throttle throttle = throttle(1, 0);
        throttle.submit(request(Kind.WRITE, 4096));
        throttle.submit(request(Kind.WRITE, 8192));
        throttle.submit(request(Kind.WRITE, 4096));
        throttle.submit(request(Kind.FLUSH, 0));
        assertThat(requests).isEqualTo(2);
        loop.runUntil(loop.nanos() + SECOND / 2);
        assertThat(bytes).as("the one of 8 KiB came before").isEqualTo(4096 + 8192);
        loop.runUntil(loop.nanos() + SECOND);
        assertThat(bytes).isEqualTo(2 * 4096 + 8192);
    }

    @Test
    void newLimitsCountAtOnceAndLeaveNoSecondTimerBehind() {
        Throttle throttle = throttle(10, 0);
        for (int i = 0; i < 50_000; i++) {
            throttle.submit(request(Kind.READ, 4096));
        }
        for (int i = 0; i < 20; i++) {
            throttle.change(want(1_000, 0));
            throttle.release();
        }
        loop.runUntil(loop.nanos() + SECOND);
        requests = 0;
        loop.runUntil(loop.nanos() + 10 * SECOND);
        assertThat(requests / 10).isCloseTo(1_000, FIVE_PERCENT);
        assertThat(loop.waiting()).as("timers").isLessThanOrEqualTo(1);
    }
}
