package io.brume.store.raft;

import io.brume.store.Bytes;
import io.brume.store.machine.RowView;
import io.brume.store.machine.RowsFailedException;
import io.brume.store.rocks.DurableRows;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Rows of which one operation fails. */
record FailingRows(DurableRows rows, Faults faults) implements DurableRows {
    private static RowsFailedException failure() {
        return new RowsFailedException("as told", null);
    }

    @Override
    public void write(Map<Bytes, Optional<byte[]>> changes) {
        faults.run(() -> rows.write(changes), failure());
    }

    @Override
    public RowView view() {
        return rows.view();
    }

    @Override
    public void flush() {
        faults.run(rows::flush, failure());
    }

    @Override
    public void checkpoint(Path target) {
        faults.run(() -> rows.checkpoint(target), failure());
    }

    @Override
    public void install(Path checkpoint) {
        faults.run(() -> rows.install(checkpoint), failure());
    }

    @Override
    public void close() {
        rows.close();
    }
}
