package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.erasure.ErasureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a range of a coded blob, row by row. */
final class CodedReader implements ContentReader {
    private final CodedShape shape;
    private final FragmentRows rows;
    private final ErasureCode code;
    private final byte[] row;
    private final long end;
    private long at;

    /**
     * @param order the fragments, those that are to be read first
     * @param length at least 1
     */
    CodedReader(
            CodedShape shape,
            Iterable<Integer> order,
            long offset,
            long length,
            FragmentRows.Opener opener) {
        this.shape = requireNonNull(shape);
        this.at = offset;
        this.end = offset + length;
        this.code = new ErasureCode(shape.coding().data(), shape.coding().more());
        this.row = new byte[(int) shape.rowBytes()];
        this.rows =
                new FragmentRows(
                        shape,
                        order,
                        (int) (offset / shape.rowBytes()),
                        (int) ((end - 1) / shape.rowBytes()),
                        opener);
    }

    @Override
    public @Nullable Run next() throws IOException {
        if (at == end) {
            return null;
        }
        int cell = rows.next();
        join(cell);
        long start = at / shape.rowBytes() * shape.rowBytes();
        int from = (int) (at - start);
        int count = (int) Math.min(end - at, shape.rowBytes() - from);
        at += count;
        return new Run.Memory(ByteBuffer.wrap(row, from, count).slice());
    }

    /** Puts the row's data cells together, and computes those that were not read. */
    private void join(int cell) {
        int data = shape.coding().data();
        boolean[] there = new boolean[data];
        int[] chosen = rows.chosen();
        for (int i = 0; i < data; i++) {
            if (chosen[i] < data) {
                there[chosen[i]] = true;
                System.arraycopy(rows.cells()[i], 0, row, chosen[i] * cell, cell);
            }
        }
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < data; i++) {
            if (!there[i]) {
                missing.add(i);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        int[] wanted = missing.stream().mapToInt(Integer::intValue).toArray();
        byte[][] out = new byte[wanted.length][cell];
        code.compute(chosen, rows.cells(), wanted, out, cell);
        for (int i = 0; i < wanted.length; i++) {
            System.arraycopy(out[i], 0, row, wanted[i] * cell, cell);
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
