package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.erasure.ErasureCode;
import io.brume.storage.object.model.Coding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a blob as fragments, one to each node. A fragment that fails is left out, as long as one
 * more than is needed is left: the sweep computes it later.
 */
final class CodedWriter implements BlobWriter {
    private final Coding coding;
    private final OtherNodes nodes;
    private final CopiesWriter.@Nullable Leg[] legs;
    private final List<IOException> failures = new ArrayList<>();
    private final ErasureCode code;
    private final byte[] row;
    private final byte[][] cells;
    private final byte[][] more;
    private int filled;
    private long length;

    /** Something that a fragment is asked to do. */
    private interface Step {
        void run(int fragment, BlobWriter writer) throws IOException;
    }

    /**
     * @param legs in the order of the fragments
     */
    CodedWriter(Coding coding, OtherNodes nodes, List<CopiesWriter.Leg> legs) {
        this.coding = requireNonNull(coding);
        this.nodes = requireNonNull(nodes);
        this.legs = legs.toArray(CopiesWriter.Leg[]::new);
        this.code = new ErasureCode(coding.data(), coding.more());
        this.row = new byte[CodedShape.CELL * coding.data()];
        this.cells = new byte[coding.data()][CodedShape.CELL];
        this.more = new byte[coding.more()][CodedShape.CELL];
    }

    private void each(Step step) throws IOException {
        int left = 0;
        for (int i = 0; i < legs.length; i++) {
            CopiesWriter.@Nullable Leg leg = legs[i];
            if (leg != null) {
                try {
                    step.run(i, leg.writer());
                    left++;
                } catch (IOException e) {
                    nodes.failed(leg.nodeId(), e);
                    failures.add(e);
                    legs[i] = null;
                    leg.writer().close();
                }
            }
        }
        if (left <= coding.data()) {
            throw CopiesWriter.tooFew(left, coding.data() + 1, failures);
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int count = Math.min(row.length - filled, bytes.remaining());
            bytes.get(row, filled, count);
            filled += count;
            length += count;
            if (filled == row.length) {
                writeRow();
            }
        }
    }

    private void writeRow() throws IOException {
        int cell = Math.ceilDiv(filled, coding.data());
        Arrays.fill(row, filled, cell * coding.data(), (byte) 0);
        for (int i = 0; i < cells.length; i++) {
            System.arraycopy(row, i * cell, cells[i], 0, cell);
        }
        code.encode(cells, more, cell);
        filled = 0;
        each((fragment, writer) ->
                writer.write(
                        ByteBuffer.wrap(
                                fragment < cells.length
                                        ? cells[fragment]
                                        : more[fragment - cells.length],
                                0,
                                cell)));
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void finish() throws IOException {
        if (filled > 0) {
            writeRow();
        }
        each((_, writer) -> {
            if (writer instanceof BlobPeer.Writer remote) {
                remote.finishing();
            }
        });
        each((_, writer) -> writer.finish());
    }

    @Override
    public void close() {
        for (CopiesWriter.@Nullable Leg leg : legs) {
            if (leg != null) {
                leg.writer().close();
            }
        }
    }
}
