package io.brume.storage.block;

import io.brume.storage.block.chunk.Rows;
import io.brume.storage.block.files.SimulatedFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An index in memory that fails and dies with its disk; what it has written is durable. A batch on
 * a full disk fails, made or not in turn, and then nothing but {@link #recover} may come.
 */
final class SimulatedRows implements Rows {
    private final SimulatedFiles files;
    private final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    private boolean unsure;
    private boolean unreadable;
    private long refused;

    SimulatedRows(SimulatedFiles files) {
        this.files = files;
    }

    /** The same rows on the disk that is there after a power cut. */
    synchronized SimulatedRows on(SimulatedFiles after) {
        var copy = new SimulatedRows(after);
        copy.rows.putAll(rows);
        return copy;
    }

    synchronized int size() {
        return rows.size();
    }

    /** Batches that a full disk has refused. */
    synchronized long refused() {
        return refused;
    }

    private static IOException noSpace() {
        return new IOException("the index: No space left on device");
    }

    private void checkReadable() throws IOException {
        if (unreadable) {
            throw noSpace();
        }
    }

    @Override
    public synchronized void recover() throws IOException {
        unreadable = files.refuses();
        checkReadable();
        unsure = false;
    }

    @Override
    public synchronized byte @Nullable [] get(byte[] key) throws IOException {
        checkReadable();
        byte[] value = rows.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public synchronized void write(Batch batch) throws IOException {
        if (unsure) {
            throw new AssertionError("a batch after one of which nobody knows whether it was made");
        }
        boolean fails = files.otherFails();
        unsure = !fails && files.refuses();
        refused += unsure ? 1 : 0;
        if (!(fails || unsure) || files.operations() % 2 == 0) {
            for (Batch.Change change : batch.changes()) {
                byte[] value = change.value();
                if (value == null) {
                    rows.remove(change.key());
                } else {
                    rows.put(change.key(), value.clone());
                }
            }
        }
        if (fails) {
            throw new IOException("a simulated failure");
        }
        if (unsure) {
            throw noSpace();
        }
    }

    @Override
    public void scan(byte[] prefix, Visitor visitor) throws IOException {
        List<Map.Entry<byte[], byte[]>> found;
        synchronized (this) {
            checkReadable();
            found =
                    rows.tailMap(prefix).entrySet().stream()
                            .takeWhile(row ->
                                    row.getKey().length >= prefix.length
                                            && Arrays.equals(
                                                    row.getKey(),
                                                    0,
                                                    prefix.length,
                                                    prefix,
                                                    0,
                                                    prefix.length))
                            .map(row -> Map.entry(row.getKey(), row.getValue().clone()))
                            .toList();
        }
        for (Map.Entry<byte[], byte[]> row : found) {
            visitor.visit(row.getKey(), row.getValue());
        }
    }

    @Override
    public void close() {}
}
