package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that work on one key after the other. A key that is woken several times before its turn
 * gets one turn; a key whose turn fails gets another one later, after growing pauses. So the queue
 * is bounded by the number of keys, and no key is worked on twice at once.
 *
 * <p>Thread-safe.
 */
final class KeyedLoop<K> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KeyedLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Works on a key; a throw means that it is to be tried again. */
    @FunctionalInterface
    interface Work<K> {
        /**
         * Takes a turn.
         *
         * @return how long until the key wants another turn unwoken; null = not at all
         */
        @Nullable Duration on(K key) throws Exception;
    }

    private record Due<K>(long atNanos, K key) {}

    private final String name;
    private final Time time;
    private final Work<K> work;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LinkedHashSet<K> ready = new LinkedHashSet<>();
    private final PriorityQueue<Due<K>> later =
            new PriorityQueue<>((a, b) -> Long.signum(a.atNanos() - b.atNanos()));

    /** When a key wants its next turn unwoken: of several times the last one said counts. */
    private final Map<K, Long> dueAt = new HashMap<>();

    private final Map<K, Integer> failures = new ConcurrentHashMap<>();

    /** The keys that have their turn now. */
    private final Set<K> busy = new HashSet<>();

    private final List<Thread> threads;
    private boolean closed;

    KeyedLoop(String name, Time time, Work<K> work) {
        this(name, time, 1, work);
    }

    /**
     * @param workers how many keys are worked on at once: turns that commit wait for the disk, and
     *     many commits are one write
     */
    KeyedLoop(String name, Time time, int workers, Work<K> work) {
        this.name = requireNonNull(name);
        this.time = requireNonNull(time);
        this.work = requireNonNull(work);
        this.threads =
                Stream.generate(() -> Thread.ofVirtual().name(name).unstarted(this::run))
                        .limit(workers)
                        .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Gives a key a turn soon. */
    void wake(K key) {
        lock.lock();
        try {
            if (ready.add(key)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops after the turns that are under way, and waits for their end. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            for (var thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        for (K key = next(); key != null; key = next()) {
            turn(key);
            done(key);
        }
    }

    private void done(K key) {
        lock.lock();
        try {
            busy.remove(key);
            if (!ready.isEmpty()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void turn(K key) {
        try {
            var again = work.on(key);
            failures.remove(key);
            if (again == null) {
                forgetDue(key);
            } else {
                wakeIn(again, key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            int count = failures.merge(key, 1, Integer::sum);
            var pause = pause(count);
            log.warn("{}: {} failed {} times, next try in {}", name, key, count, pause, e);
            wakeIn(pause, key);
        }
    }

    private static Duration pause(int failures) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void wakeIn(Duration pause, K key) {
        lock.lock();
        try {
            long at = time.nanos() + pause.toNanos();
            dueAt.put(key, at);
            later.add(new Due<>(at, key));
        } finally {
            lock.unlock();
        }
    }

    private void forgetDue(K key) {
        lock.lock();
        try {
            dueAt.remove(key);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable K next() {
        lock.lock();
        try {
            while (!closed) {
                moveDue();
                var free = ready.stream().filter(key -> !busy.contains(key)).findFirst();
                if (free.isPresent()) {
                    ready.remove(free.get());
                    busy.add(free.get());
                    return free.get();
                }
                if (later.isEmpty()) {
                    changed.await();
                } else {
                    long wait = requireNonNull(later.peek()).atNanos() - time.nanos();
                    // Woken or due: either way the queues are looked at again.
                    var _ = changed.awaitNanos(wait);
                }
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void moveDue() {
        long now = time.nanos();
        for (var due = later.peek(); due != null && due.atNanos() - now <= 0; due = later.peek()) {
            later.remove();
            // One that was said before a later one is not a turn of its own.
            if (dueAt.remove(due.key(), due.atNanos())) {
                ready.add(due.key());
            }
        }
    }
}
