package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentInput;
import io.brume.storage.object.data.ContentReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of a coded blob from any k of its fragments. One that fails is replaced by the next,
 * from that row on.
 */
final class FragmentRows implements AutoCloseable {
    private final CodedShape shape;
    private final Opener opener;
    private final Queue<Integer> spare = new ArrayDeque<>();
    private final int[] chosen;
    private final byte[][] cells;
    private final @Nullable ContentInput[] sources;
    private final long end;
    private @Nullable IOException failure;
    private int row;

    /** Opens fragments. */
    @FunctionalInterface
    interface Opener {
        ContentReader open(int fragment, long offset, long length) throws IOException;
    }

    /**
     * @param order the fragments, those that are to be read first
     * @param first the first row wanted
     * @param last the last one
     */
    FragmentRows(CodedShape shape, Iterable<Integer> order, int first, int last, Opener opener) {
        this.shape = requireNonNull(shape);
        this.opener = requireNonNull(opener);
        order.forEach(spare::add);
        int data = shape.coding().data();
        this.chosen = new int[data];
        Arrays.fill(chosen, -1);
        this.cells = new byte[data][CodedShape.CELL];
        this.sources = new ContentInput[data];
        this.row = first;
        this.end = CodedShape.at(last) + shape.cell(last);
    }

    /** Which fragments the cells are of. */
    int[] chosen() {
        return chosen;
    }

    byte[][] cells() {
        return cells;
    }

    /** Reads the cells of the next row, and returns how long they are. */
    int next() throws IOException {
        int length = shape.cell(row);
        for (int i = 0; i < sources.length; i++) {
            read(i, length);
        }
        row++;
        return length;
    }

    private void read(int i, int length) throws IOException {
        while (true) {
            try {
                ContentInput source = sources[i];
                if (source == null) {
                    source = open(i);
                }
                if (source.read(cells[i], length) < length) {
                    throw new EOFException("a fragment ends early");
                }
                return;
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
                close(i);
                if (spare.isEmpty()) {
                    throw new IOException("too few fragments can be read", failure);
                }
            }
        }
    }

    private ContentInput open(int i) throws IOException {
        Integer fragment = spare.poll();
        if (fragment == null) {
            throw new IOException("there is no further fragment");
        }
        chosen[i] = fragment;
        long from = CodedShape.at(row);
        ContentInput source = new ContentInput(opener.open(fragment, from, end - from));
        sources[i] = source;
        return source;
    }

    private void close(int i) {
        ContentInput source = sources[i];
        sources[i] = null;
        if (source != null) {
            source.close();
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < sources.length; i++) {
            close(i);
        }
    }
}
