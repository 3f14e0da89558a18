package io.brume.node.volume;

import io.brume.node.volume.VolumeRequest.Kind;
import io.brume.proto.block.Blocks;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A write of less than whole blocks: reads the blocks at its ends, and puts the client's bytes
 * between. The request's place in the order keeps others away meanwhile. On the loop.
 */
final class PartialWrite {
    private final VolumeRequest request;
    private final Consumer<VolumeRequest> reader;
    private final Consumer<VolumeRequest> writer;
    private final BiConsumer<VolumeRequest, Integer> failed;
    private int error;

    PartialWrite(
            VolumeRequest request,
            Consumer<VolumeRequest> reader,
            Consumer<VolumeRequest> writer,
            BiConsumer<VolumeRequest, Integer> failed) {
        this.request = request;
        this.reader = reader;
        this.writer = writer;
        this.failed = failed;
    }

    void begin() {
        int length = (int) request.length;
        int last = length - Blocks.BLOCK;
        int end = request.skip + request.clientLength;
        boolean head = request.skip > 0 || (last == 0 && end < length);
        boolean tail = end < length && last > 0;
        request.partsToRead = (head ? 1 : 0) + (tail ? 1 : 0);
        if (head) {
            read(0);
        }
        if (tail) {
            read(last);
        }
    }

    private void read(int at) {
        var part = new VolumeRequest();
        part.kind = Kind.READ;
        part.offset = request.offset + at;
        part.length = Blocks.BLOCK;
        part.data = request.data();
        part.start = request.start + at;
        part.done = this::wasRead;
        reader.accept(part);
    }

    private void wasRead(int problem) {
        error = Math.max(error, problem);
        request.partsToRead--;
        if (request.partsToRead > 0) {
            return;
        }
        if (error != 0) {
            failed.accept(request, error);
            return;
        }
        if (request.client != null) {
            request.data()
                    .put(
                            request.start + request.skip,
                            request.client,
                            request.clientStart,
                            request.clientLength);
        }
        writer.accept(request);
    }
}
