package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.erasure.ErasureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Computes a fragment from the others. */
final class FragmentReader implements ContentReader {
    private final CodedShape shape;
    private final FragmentRows rows;
    private final ErasureCode code;
    private final int[] wanted;
    private final byte[][] out = new byte[1][CodedShape.CELL];
    private int row;

    /**
     * @param order the other fragments, those that are to be read first
     */
    FragmentReader(
            CodedShape shape, int wanted, Iterable<Integer> order, FragmentRows.Opener opener) {
        this.shape = requireNonNull(shape);
        this.wanted = new int[] {wanted};
        this.code = new ErasureCode(shape.coding().data(), shape.coding().more());
        this.rows = new FragmentRows(shape, order, 0, shape.rows() - 1, opener);
    }

    @Override
    public @Nullable Run next() throws IOException {
        if (row == shape.rows()) {
            return null;
        }
        int length = rows.next();
        row++;
        code.compute(rows.chosen(), rows.cells(), wanted, out, length);
        return new Run.Memory(ByteBuffer.wrap(out[0], 0, length));
    }

    @Override
    public void close() {
        rows.close();
    }
}
