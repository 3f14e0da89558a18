package io.brume.store.raft;

import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftNode;
import io.brume.common.raft.RaftSettings;
import io.brume.common.time.Time;
import io.brume.store.Backup;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.StoreUnavailableException;
import io.brume.store.Table;
import io.brume.store.Transaction;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import io.brume.store.commit.LoggedStore;
import io.brume.store.commit.Replica;
import io.brume.store.commit.Retries;
import io.brume.store.rocks.Disk;
import io.brume.store.rocks.DurableRows;
import io.brume.store.rocks.RocksRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The store as the control plane runs it: one member of a Raft group, its rows in RocksDB.
 *
 * <p>Thread-safe. The log lives in {@link RaftSettings#directory()}, the rows beside it.
 */
public final class ReplicatedStore implements Store {
    private static final Duration POLL = Duration.ofMillis(2);

    private final RaftNode node;
    private final Store store;
    private final String self;
    private final Time time;

    private ReplicatedStore(RaftNode node, Store store, String self, Time time) {
        this.node = node;
        this.store = store;
        this.self = self;
        this.time = time;
    }

    /**
     * Opens or founds this member's store. Returns before a leader is known: see {@link
     * #awaitLeader}.
     *
     * @param rowsDirectory where the rows live; this program alone uses it
     * @param time for {@link #awaitLeader}
     * @param random thread-safe; only for pauses between attempts
     * @throws IOException if the port or a directory cannot be used
     */
    public static ReplicatedStore open(
            RaftSettings settings, Path rowsDirectory, Time time, RandomGenerator random)
            throws IOException {
        return open(
                settings,
                RocksRows.open(rowsDirectory, Disk.system(), settings.self().name()),
                time,
                random);
    }

    static ReplicatedStore open(
            RaftSettings settings, DurableRows rows, Time time, RandomGenerator random)
            throws IOException {
        Replica replica = new Replica(rows);
        StoreState state = new StoreState(rows, replica);
        RaftNode node;
        try {
            node = RaftNode.start(settings, state);
        } catch (IOException | RuntimeException e) {
            state.close();
            throw e;
        }
        return new ReplicatedStore(
                node,
                new LoggedStore(
                        new RaftLog(node),
                        replica,
                        state::backup,
                        random,
                        Retries.DEFAULT,
                        settings.self().name()),
                settings.self().name(),
                time);
    }

    /**
     * Waits until this member leads or knows another that does.
     *
     * @throws StoreUnavailableException if that takes longer
     */
    public void awaitLeader(Duration timeout) {
        long start = time.nanos();
        while (!leads() && !followsAnother()) {
            if (time.since(start).compareTo(timeout) > 0) {
                throw new StoreUnavailableException("no leader within " + timeout);
            }
            if (!node.isRunning()) {
                throw new StoreUnavailableException("the store has stopped");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private boolean followsAnother() {
        String leader = node.leader();
        return leader != null && !leader.equals(self);
    }

    /** Whether this member leads: reconcilers run where this is true. */
    public boolean leads() {
        return node.leads();
    }

    /** The name of the member that leads, if it is known. */
    public @Nullable String leader() {
        return node.leader();
    }

    /** False once the store has stopped, by {@link #close()} or because its disk failed. */
    public boolean isRunning() {
        return node.isRunning();
    }

    /** The names of the group's members. */
    public List<String> members() {
        return node.members();
    }

    /**
     * Changes who is a member; this one must lead, and new ones must run, opened without founders.
     *
     * @throws StoreUnavailableException if it did not happen in time, or is not known to
     */
    public void changeMembers(List<RaftMember> members, Duration timeout) {
        await(node.changeMembers(members), timeout);
    }

    /** Hands leadership to another member. */
    public void transferLeadership(String member, Duration timeout) {
        await(node.transferLeadership(member, timeout), timeout.plusSeconds(1));
    }

    /** Makes everything durable beside the log and cuts the log; happens by itself, too. */
    public void checkpoint(Duration timeout) {
        await(node.checkpoint(timeout), timeout.plusSeconds(1));
    }

    private static void await(CompletableFuture<Void> future, Duration timeout) {
        try {
            future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StoreUnavailableException("the group did not do as it was told", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted", e);
        }
    }

    @Override
    public <T extends @Nullable Object> T transact(
            Function<? super Transaction, ? extends T> body) {
        return store.transact(body);
    }

    @Override
    public <T extends @Nullable Object> T view(
            Function<? super ReadTransaction, ? extends T> body) {
        return store.view(body);
    }

    @Override
    public <K, V> Watch watch(
            Table<K, V> table, long fromRevision, Consumer<? super WatchEvent<K, V>> consumer) {
        return store.watch(table, fromRevision, consumer);
    }

    @Override
    public long revision() {
        return store.revision();
    }

    @Override
    public Backup backup(Path directory) {
        return store.backup(directory);
    }

    @Override
    public void close() {
        store.close();
    }
}
