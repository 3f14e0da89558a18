package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop on a platform thread of its own, which waits in a selector: for sockets of any kind, for
 * timers (never early, at most about a millisecond late while there is nothing else to do), and for
 * tasks.
 *
 * <p>A round looks at the sockets, then at the timers, then runs at most {@value #TASKS_A_ROUND}
 * tasks, so that neither can keep the others waiting. Tasks given by what runs on the loop come
 * after all sockets that were ready in that round: who wants to answer many requests at once gives
 * one task that does it.
 */
public final class SelectorLoop implements EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(SelectorLoop.class);
    private static final int TASKS_A_ROUND = 256;
    private static final long LONGEST_PAUSE_NANOS = Duration.ofDays(3650).toNanos();
    private static final long END_MILLIS = 10_000;

    private record Timer(long due, long order, Runnable task) {}

    private final Time time;
    private final Selector selector;
    private final Thread thread;
    // Bounded by those who give tasks: each has its own bound of what it has under way.
    private final Queue<Runnable> fromOthers = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Runnable> fromHere = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(
                    Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
    // Made once: a round makes no garbage.
    private final Consumer<SelectionKey> whenReady = this::ready;
    private final AtomicBoolean mayBlock = new AtomicBoolean();
    private long timersMade;
    private volatile boolean closing;

    private SelectorLoop(String name, Time time) throws IOException {
        this.time = requireNonNull(time);
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /**
     * Starts a loop.
     *
     * @param name of its thread
     */
    public static SelectorLoop start(String name, Time time) throws IOException {
        var loop = new SelectorLoop(name, time);
        loop.thread.start();
        return loop;
    }

    /**
     * As {@link EventLoop#execute}.
     *
     * @throws RejectedExecutionException on another thread when the loop is closed. What was given
     *     before, and has not begun when it closes, does not run.
     */
    @Override
    public void execute(Runnable task) {
        requireNonNull(task);
        if (isHere()) {
            fromHere.add(task);
            return;
        }
        if (closing) {
            throw new RejectedExecutionException(thread.getName() + " is closed");
        }
        fromOthers.add(task);
        if (mayBlock.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    @Override
    public void after(Duration pause, Runnable task) {
        requireNonNull(task);
        long due = nanos() + clamp(pause);
        if (isHere()) {
            addTimer(due, task);
        } else {
            execute(() -> addTimer(due, task));
        }
    }

    private static long clamp(Duration pause) {
        return pause.compareTo(Duration.ofNanos(LONGEST_PAUSE_NANOS)) > 0
                ? LONGEST_PAUSE_NANOS
                : Math.max(0, pause.toNanos());
    }

    private void addTimer(long due, Runnable task) {
        timers.add(new Timer(due, timersMade++, task));
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public boolean isHere() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public Registration register(SelectableChannel channel, int interest, Ready ready)
            throws IOException {
        requireHere();
        return new Watched(channel.register(selector, interest, requireNonNull(ready)));
    }

    /**
     * As {@link EventLoop#close}; from any thread. On another one it waits until the thread has
     * ended, for at most ten seconds.
     */
    @Override
    public void close() {
        closing = true;
        if (isHere()) {
            return;
        }
        selector.wakeup();
        boolean interrupted = false;
        long deadline = time.nanos() + Duration.ofMillis(END_MILLIS).toNanos();
        while (thread.isAlive() && time.nanos() - deadline < 0) {
            try {
                thread.join(END_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.error("{} did not end: something on it blocks", thread.getName());
        }
    }

    private void requireHere() {
        if (!isHere()) {
            throw new IllegalStateException("not on the thread of " + thread.getName());
        }
    }

    private void run() {
        try {
            while (!closing) {
                select();
                runTimers();
                runTasks();
            }
        } catch (IOException e) {
            LOG.error("{} ends: its selector failed", thread.getName(), e);
        } finally {
            closing = true;
            closeAll();
        }
    }

    private void select() throws IOException {
        if (!fromHere.isEmpty()) {
            selector.selectNow(whenReady);
            return;
        }
        // Who gives a task sees the flag and wakes the selector, or the task is seen here.
        mayBlock.set(true);
        Timer next = timers.peek();
        long pause = next == null ? Long.MAX_VALUE : next.due() - nanos();
        if (!fromOthers.isEmpty() || closing || pause <= 0) {
            mayBlock.set(false);
            selector.selectNow(whenReady);
        } else {
            selector.select(whenReady, next == null ? 0 : (pause + 999_999) / 1_000_000);
            mayBlock.set(false);
        }
    }

    private void ready(SelectionKey key) {
        // One that ran before in this round may have cancelled it.
        if (!key.isValid() || closing) {
            return;
        }
        Ready ready = (Ready) key.attachment();
        try {
            ready.ready(key.readyOps());
        } catch (IOException e) {
            // The usual end of a connection; its owner says what it means.
            fail(key, ready, e);
        } catch (Throwable e) {
            LOG.error("a channel is closed: its handler failed", e);
            fail(key, ready, e);
        }
    }

    private static void fail(SelectionKey key, Ready ready, Throwable cause) {
        cancel(key);
        try {
            ready.failed(cause);
        } catch (Throwable e) {
            LOG.error("the handler of a closed channel failed", e);
        }
    }

    private void runTimers() {
        if (timers.isEmpty()) {
            return;
        }
        long now = nanos();
        for (Timer next = timers.peek();
                next != null && next.due() - now <= 0 && !closing;
                next = timers.peek()) {
            timers.remove();
            run(next.task());
        }
    }

    private void runTasks() {
        // Those that these tasks give come in the next round, after the sockets.
        int here = Math.min(TASKS_A_ROUND, fromHere.size());
        for (int i = 0; i < here && !closing; i++) {
            run(fromHere.remove());
        }
        for (int i = here; i < TASKS_A_ROUND && !closing; i++) {
            Runnable task = fromOthers.poll();
            if (task == null) {
                return;
            }
            run(task);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("a task failed", e);
        }
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            cancel(key);
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.warn("a selector could not be closed", e);
        }
        fromOthers.clear();
        fromHere.clear();
        timers.clear();
    }

    private static void cancel(SelectionKey key) {
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException e) {
            LOG.debug("closing a channel", e);
        }
    }

    private final class Watched implements Registration {
        private final SelectionKey key;
        private int interest;

        Watched(SelectionKey key) {
            this.key = key;
            this.interest = key.interestOps();
        }

        @Override
        public void interest(int operations) {
            // Changing it costs a system call at the next round.
            if (operations != interest && key.isValid()) {
                interest = operations;
                key.interestOps(operations);
            }
        }

        @Override
        public void cancel() {
            requireHere();
            SelectorLoop.cancel(key);
        }
    }
}
