package io.brume.store;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One ordered, typed, strictly serializable store: every transaction and view appears to happen at
 * one instant between its call and its return.
 *
 * <p>Thread-safe. Every method that reads or writes can throw {@link StoreUnavailableException} and
 * its subclasses.
 */
public interface Store extends AutoCloseable {
    /**
     * Runs the body against a snapshot and commits what it wrote; when something that it read has
     * changed meanwhile, runs it again, a bounded number of times with growing random pauses. When
     * this returns, the commit is durable. An exception of the body ends the transaction without a
     * trace.
     *
     * @throws TransactionConflictException if every attempt met a conflict
     * @throws TransactionTooLargeException if it reads or writes more than one commit may hold
     * @throws CommitOutcomeUnknownException if contact was lost between proposal and answer
     * @throws NotLeaderException if another member leads
     */
    <T extends @Nullable Object> T transact(Function<? super Transaction, ? extends T> body);

    /** {@link #transact} for a body that has nothing to tell. */
    default void update(Consumer<? super Transaction> body) {
        this.<@Nullable Object>transact(tx -> {
            body.accept(tx);
            return null;
        });
    }

    /** Runs the body against a snapshot that has every commit that was acknowledged before. */
    <T extends @Nullable Object> T view(Function<? super ReadTransaction, ? extends T> body);

    /**
     * Tells a consumer of every committed change of a table after a revision, in order, on one
     * thread of its own. Use the revision of the view from which the watcher first read the table.
     *
     * @param fromRevision changes of this revision and earlier are not told
     * @param consumer must not throw; a throw is logged and answered with a resync
     */
    <K, V> Watch watch(
            Table<K, V> table, long fromRevision, Consumer<? super WatchEvent<K, V>> consumer);

    /** The revision of the last commit that is visible here. Never goes back. */
    long revision();

    /**
     * Copies the store at one revision into a directory that does not exist yet.
     *
     * @throws UnsupportedOperationException if this store has no disk
     */
    Backup backup(Path directory);

    @Override
    void close();
}
