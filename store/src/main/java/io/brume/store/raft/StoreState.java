package io.brume.store.raft;

import io.brume.common.raft.LogPosition;
import io.brume.common.raft.ReplicatedState;
import io.brume.store.Backup;
import io.brume.store.commit.Replica;
import io.brume.store.machine.Position;
import io.brume.store.rocks.DurableRows;
import java.nio.file.Path;

/**
 * Puts a replica and its rows where the log expects its state. Its lock keeps the rows still while
 * they are copied; whoever only reads never takes it.
 */
final class StoreState implements ReplicatedState {
    private final DurableRows rows;
    private final Replica replica;

    StoreState(DurableRows rows, Replica replica) {
        this.rows = rows;
        this.replica = replica;
    }

    @Override
    public synchronized LogPosition position() {
        Position position = replica.head().position();
        return new LogPosition(position.term(), position.index());
    }

    @Override
    public synchronized byte[] apply(LogPosition position, byte[] entry) {
        return replica.apply(new Position(position.term(), position.index()), entry);
    }

    @Override
    public synchronized void pass(LogPosition position) {
        replica.pass(new Position(position.term(), position.index()));
    }

    @Override
    public synchronized void checkpoint(Path directory) {
        rows.checkpoint(directory);
    }

    @Override
    public synchronized void install(Path directory) {
        rows.install(directory);
        replica.reload();
    }

    /** Copies the rows as they are. */
    synchronized Backup backup(Path directory) {
        rows.checkpoint(directory);
        return new Backup(directory, replica.head().revision());
    }

    @Override
    public synchronized void close() {
        replica.close();
        rows.close();
    }
}
