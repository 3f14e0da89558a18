package io.brume.node.volume;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** One thread's time: what is to happen, in its order. The same seed gives the same run. */
final class SimulatedLoop implements EventLoop {
    private record Event(long nanos, long order, Runnable task) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::nanos).thenComparingLong(Event::order));
    private long now;
    private long order;

    @Override
    public void execute(Runnable task) {
        at(now, task);
    }

    @Override
    public void after(Duration pause, Runnable task) {
        at(now + Math.max(0, pause.toNanos()), task);
    }

    void afterMicros(long micros, Runnable task) {
        at(now + micros * 1_000, task);
    }

    private void at(long nanos, Runnable task) {
        events.add(new Event(nanos, order++, task));
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public boolean isHere() {
        return true;
    }

    @Override
    public Registration register(SelectableChannel channel, int interest, Ready ready) {
        throw new UnsupportedOperationException("there are no sockets here");
    }

    @Override
    public void close() {
        events.clear();
    }

    /** What is to happen still. */
    int waiting() {
        return events.size();
    }

    /** Runs what happens until then. */
    void runUntil(long nanos) {
        while (!events.isEmpty() && events.peek().nanos <= nanos) {
            Event next = events.remove();
            now = next.nanos;
            next.task.run();
        }
        now = Math.max(now, nanos);
    }
}
