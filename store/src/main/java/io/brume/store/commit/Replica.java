package io.brume.store.commit;

import io.brume.store.StoreUnavailableException;
import io.brume.store.machine.CommitMachine;
import io.brume.store.machine.Head;
import io.brume.store.machine.Position;
import io.brume.store.machine.RecentChanges;
import io.brume.store.machine.Rows;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * This member's copy of the store: the machine, the view that readers share, and those who wait for
 * a new revision. One thread applies; any may read.
 */
public final class Replica implements AutoCloseable {
    private final Rows rows;
    private final CommitMachine machine;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Published published;
    private volatile long revision;

    public Replica(Rows rows) {
        this(rows, new CommitMachine(rows));
    }

    Replica(Rows rows, CommitMachine machine) {
        this.rows = rows;
        this.machine = machine;
        publish();
    }

    /** Applies one entry of the log and returns the answer. */
    public byte[] apply(Position position, byte[] entry) {
        byte[] answer = machine.apply(position, entry);
        publish();
        return answer;
    }

    /** Notes that the log has come to a position without anything to apply. */
    public void pass(Position position) {
        machine.pass(position);
    }

    /** Takes up the rows, which another member's have replaced. */
    public void reload() {
        machine.load();
        publish();
    }

    private void publish() {
        Head head = machine.head();
        Published next = new Published(rows.view(), head.revision());
        Published last = published;
        published = next;
        revision = head.revision();
        if (last != null) {
            last.release();
        }
        listeners.forEach(Runnable::run);
    }

    /** How far this copy has come; only for the thread that applies. */
    public Head head() {
        return machine.head();
    }

    long revision() {
        return revision;
    }

    RecentChanges recent() {
        return machine.recent();
    }

    /** The newest view; the caller releases it. */
    Published view() {
        while (true) {
            Published current = published;
            if (current == null) {
                throw new StoreUnavailableException("the store is closed");
            }
            if (current.acquire()) {
                return current;
            }
        }
    }

    /** Runs on the thread that applies after each new revision: must not block. */
    void onRevision(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    @Override
    public void close() {
        Published last = published;
        published = null;
        if (last != null) {
            last.release();
        }
    }
}
