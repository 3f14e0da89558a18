package io.brume.store.commit;

import io.brume.store.Bytes;
import io.brume.store.Change;
import io.brume.store.Table;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import io.brume.store.machine.Block;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one table. Holds no queue: it reads what the machine remembers, and when that does not
 * reach back far enough it says so, so that a slow consumer costs nobody memory.
 */
final class TableWatch<K, V> implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger(TableWatch.class);

    /** How long a consumer that failed is left alone. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Replica replica;
    private final Table<K, V> table;
    private final Bytes prefix;
    private final Consumer<? super WatchEvent<K, V>> consumer;
    private final Consumer<TableWatch<K, V>> ended;
    private final Thread thread;
    private final Runnable wake;
    private volatile long told;
    private volatile boolean closed;

    TableWatch(
            Replica replica,
            Table<K, V> table,
            long fromRevision,
            Consumer<? super WatchEvent<K, V>> consumer,
            Consumer<TableWatch<K, V>> ended) {
        this.replica = replica;
        this.table = table;
        this.prefix = Layout.prefix(table);
        this.consumer = consumer;
        this.ended = ended;
        this.told = fromRevision;
        this.thread = Thread.ofVirtual().name("watch-" + table.name()).unstarted(this::run);
        this.wake = () -> LockSupport.unpark(thread);
    }

    void start() {
        replica.onRevision(wake);
        thread.start();
    }

    private void run() {
        boolean understood = true;
        while (!closed) {
            if (!understood) {
                LockSupport.parkNanos(this, RETRY.toNanos());
                understood = closed || tell(new WatchEvent.Resync<>(replica.revision()));
            } else if (told == replica.revision()) {
                LockSupport.park(this);
            } else {
                understood = step();
            }
        }
    }

    /** Tells what is new; false if the consumer failed. */
    private boolean step() {
        long now = replica.revision();
        WatchEvent<K, V> event = next(told, now);
        if (event != null) {
            return tell(event);
        }
        told = now;
        return true;
    }

    private boolean tell(WatchEvent<K, V> event) {
        try {
            consumer.accept(event);
            told = event.revision();
            return true;
        } catch (RuntimeException e) {
            LOG.error("a watcher of {} failed; it will be told to read again", table.name(), e);
            return false;
        }
    }

    /** What to tell about the revisions after one up to another; null if nothing. */
    private @Nullable WatchEvent<K, V> next(long last, long now) {
        if (now < last) {
            return new WatchEvent.Resync<>(now);
        }
        List<Block> blocks = replica.recent().between(last, now);
        if (replica.recent().floor() > last) {
            return new WatchEvent.Resync<>(now);
        }
        List<Change<K, V>> changes = new ArrayList<>();
        for (Block block : blocks) {
            long revision = block.firstRevision();
            for (Map<Bytes, Optional<byte[]>> writes : block.writes()) {
                if (revision > last) {
                    collect(revision, writes, changes);
                }
                revision++;
            }
        }
        return changes.isEmpty() ? null : new WatchEvent.Changed<>(now, changes);
    }

    private void collect(
            long revision, Map<Bytes, Optional<byte[]>> writes, List<Change<K, V>> changes) {
        writes.forEach((row, value) -> {
            if (row.startsWith(prefix)) {
                changes.add(
                        new Change<>(
                                revision,
                                Layout.key(table, row),
                                value.map(table.codec()::decode).orElse(null)));
            }
        });
    }

    @Override
    public long revision() {
        return told;
    }

    @Override
    public void close() {
        closed = true;
        replica.removeListener(wake);
        LockSupport.unpark(thread);
        ended.accept(this);
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
