package io.brume.store.commit;

import io.brume.store.Backup;
import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.NotLeaderException;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.StoreUnavailableException;
import io.brume.store.Table;
import io.brume.store.Transaction;
import io.brume.store.TransactionConflictException;
import io.brume.store.TransactionTooLargeException;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import io.brume.store.machine.Outcome;
import io.brume.store.machine.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The store over a log and this member's copy of what the log makes. */
public final class LoggedStore implements Store {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final ReplicatedLog log;
    private final Replica replica;
    private final Function<Path, Backup> backup;
    private final RandomGenerator random;
    private final Retries retries;
    private final CommitQueue queue = new CommitQueue();
    private final Committer committer;
    private final Set<TableWatch<?, ?>> watches = ConcurrentHashMap.newKeySet();

    /**
     * Owns the log and the replica: closes them.
     *
     * @param backup how a copy is made
     * @param random thread-safe; only for pauses
     */
    public LoggedStore(
            ReplicatedLog log,
            Replica replica,
            Function<Path, Backup> backup,
            RandomGenerator random,
            Retries retries,
            String name) {
        this.log = log;
        this.replica = replica;
        this.backup = backup;
        this.random = random;
        this.retries = retries;
        this.committer = new Committer(queue, log, name);
    }

    @Override
    public <T extends @Nullable Object> T transact(
            Function<? super Transaction, ? extends T> body) {
        if (!log.leads()) {
            throw new NotLeaderException(log.leader());
        }
        for (int attempt = 1; attempt <= retries.attempts(); attempt++) {
            await(log.barrier());
            Published published = replica.view();
            OptimisticTransaction tx =
                    new OptimisticTransaction(published.rows(), published.revision());
            T result;
            try {
                result = body.apply(tx);
            } finally {
                tx.end();
                published.release();
            }
            if (tx.writes().isEmpty() || committed(tx)) {
                return result;
            }
            pause(retries.pause(attempt, random));
        }
        throw new TransactionConflictException(retries.attempts());
    }

    private boolean committed(OptimisticTransaction tx) {
        byte[] commit = Wire.encode(tx.toCommit());
        if (commit.length > CommitQueue.MAX_COMMIT_BYTES) {
            throw new TransactionTooLargeException("a commit of " + commit.length + " bytes");
        }
        PendingCommit pending = new PendingCommit(commit);
        queue.add(pending);
        return await(pending.outcome()) instanceof Outcome.Committed;
    }

    @Override
    public <T extends @Nullable Object> T view(
            Function<? super ReadTransaction, ? extends T> body) {
        await(log.barrier());
        Published published = replica.view();
        Snapshot snapshot = new Snapshot(published.rows(), published.revision());
        try {
            return body.apply(snapshot);
        } finally {
            snapshot.end();
            published.release();
        }
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        try {
            return future.get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(Committer.unwrap(e.getCause() == null ? e : e.getCause()));
        } catch (TimeoutException e) {
            throw new CommitOutcomeUnknownException("no answer within " + ANSWER, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommitOutcomeUnknownException("interrupted", e);
        }
    }

    /** The failure with the stack of the caller, which the log's thread does not know. */
    private static StoreUnavailableException failure(Throwable cause) {
        return switch (cause) {
            case NotLeaderException e -> new NotLeaderException(e.leader());
            case CommitOutcomeUnknownException e ->
                    new CommitOutcomeUnknownException(String.valueOf(e.getMessage()), e);
            default -> new StoreUnavailableException(String.valueOf(cause.getMessage()), cause);
        };
    }

    private static void pause(Duration pause) {
        if (pause.isZero()) {
            return;
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted between two attempts", e);
        }
    }

    @Override
    public <K, V> Watch watch(
            Table<K, V> table, long fromRevision, Consumer<? super WatchEvent<K, V>> consumer) {
        TableWatch<K, V> watch =
                new TableWatch<>(replica, table, fromRevision, consumer, watches::remove);
        watches.add(watch);
        watch.start();
        return watch;
    }

    @Override
    public long revision() {
        return replica.revision();
    }

    @Override
    public Backup backup(Path directory) {
        return backup.apply(directory);
    }

    /** Commits what waits, then ends everything. */
    @Override
    public void close() {
        committer.close();
        watches.forEach(TableWatch::close);
        log.close();
        replica.close();
    }
}
