package io.brume.store.commit;

import io.brume.store.Bytes;
import io.brume.store.machine.Row;
import io.brume.store.machine.RowView;
import io.brume.store.machine.Rows;
import io.brume.store.machine.RowsFailedException;
import io.brume.store.memory.MemoryRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Rows on a simulated disk: a crash keeps what was flushed and a random number of the writes after
 * that; a write can be told to fail.
 */
final class SimulatedRows implements Rows {
    private MemoryRows rows = new MemoryRows();
    private Map<Bytes, Optional<byte[]>> durable = new HashMap<>();
    private final List<Map<Bytes, Optional<byte[]>>> unflushed = new ArrayList<>();
    private boolean failNext;

    @Override
    public void write(Map<Bytes, Optional<byte[]>> changes) {
        if (failNext) {
            failNext = false;
            throw new RowsFailedException("as told", null);
        }
        rows.write(changes);
        unflushed.add(Map.copyOf(changes));
    }

    @Override
    public RowView view() {
        return rows.view();
    }

    void failNext() {
        failNext = true;
    }

    void flush() {
        unflushed.forEach(durable::putAll);
        unflushed.clear();
    }

    void crash(RandomGenerator random) {
        failNext = false;
        int kept = random.nextInt(unflushed.size() + 1);
        unflushed.subList(0, kept).forEach(durable::putAll);
        unflushed.clear();
        rows = new MemoryRows();
        rows.write(durable);
    }

    /** Becomes a durable copy of another member's rows. */
    void install(SimulatedRows other) {
        durable = new HashMap<>();
        try (RowView view = other.view()) {
            for (Row row : view.scan(Bytes.EMPTY, null, Integer.MAX_VALUE)) {
                durable.put(row.key(), Optional.of(row.value()));
            }
        }
        unflushed.clear();
        rows = new MemoryRows();
        rows.write(durable);
    }

    List<Row> all() {
        try (RowView view = view()) {
            return view.scan(Bytes.EMPTY, null, Integer.MAX_VALUE);
        }
    }
}
