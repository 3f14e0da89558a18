package io.brume.node.volume;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;

/** A request as it is on its way: a copy, for its sender may be gone when it arrives. */
final class LinkCopy {
    final LinkRequest original;
    final long tag;
    final Operation operation;
    final int flags;
    final long sequence;
    final long offset;
    final int length;
    final long[] sums;
    final ByteBuffer data;
    long journalEnd;

    LinkCopy(LinkRequest request) {
        original = request;
        tag = request.tag;
        operation = request.operation;
        flags = request.flags;
        sequence = request.sequence;
        offset = request.offset;
        length = request.length;
        ByteBuffer from = request.data;
        boolean out = operation == Operation.WRITE || operation == Operation.CUT;
        data = ByteBuffer.allocate(out ? request.size : 0);
        sums = new long[operation == Operation.WRITE ? length / Blocks.BLOCK : 0];
        if (out && from != null) {
            data.put(0, from, request.start, request.size);
        }
        ByteBuffer sumsFrom = request.sums;
        for (int i = 0; i < sums.length && sumsFrom != null; i++) {
            sums[i] = sumsFrom.getLong(request.sumsStart + i * Long.BYTES);
        }
    }
}
