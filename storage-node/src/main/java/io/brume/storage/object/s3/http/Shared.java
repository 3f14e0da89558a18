package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all connections of a server share.
 *
 * @param calls one permit for each request that may be handled
 * @param open how many connections are
 * @param started how many requests were handled so far: names for their threads
 */
record Shared(
        ServerLimits limits,
        RequestHandler handler,
        Time time,
        Semaphore calls,
        AtomicInteger open,
        AtomicLong started) {
    Shared {
        requireNonNull(limits);
        requireNonNull(handler);
        requireNonNull(time);
        requireNonNull(calls);
        requireNonNull(open);
        requireNonNull(started);
    }

    static Shared of(ServerLimits limits, RequestHandler handler, Time time) {
        return new Shared(
                limits,
                handler,
                time,
                new Semaphore(limits.calls()),
                new AtomicInteger(),
                new AtomicLong());
    }
}
