package io.brume.node.volume.nbd;

import io.brume.node.volume.BlockDevice;
import java.lang.foreign.MemorySegment;

/**
 * Turns the parts of a read into its answer: a structured one goes out part by part as they come, a
 * simple one when the last has come, since it says first whether all went well. Belongs to the
 * loop's thread.
 */
final class ReadAnswers {
    private final BufferPool pool;
    private final Replies replies;

    ReadAnswers(BufferPool pool, Replies replies) {
        this.pool = pool;
        this.replies = replies;
    }

    /**
     * A part was read, or was not.
     *
     * @param result what the device said of this part
     * @param last whether all parts have come now
     */
    void part(Request request, PooledBuffer buffer, int result, boolean last) {
        if (replies.structured()) {
            structured(request, buffer, result, last);
        } else {
            simple(request, buffer, result, last);
        }
    }

    private void structured(Request request, PooledBuffer buffer, int result, boolean last) {
        long offset = request.offsetOf(buffer.part);
        int length = request.lengthOf(buffer.part);
        boolean ends = last && request.error == 0;
        if (result > 0) {
            pool.release(buffer);
        } else if (result == BlockDevice.ZEROS && !request.has(Nbd.CMD_FLAG_DF)) {
            pool.release(buffer);
            replies.hole(request.cookie, offset, length, ends);
        } else {
            clearIfZeros(buffer, length, result);
            replies.data(buffer, request.cookie, offset, length, ends);
        }
        if (last && request.error != 0) {
            replies.end(request.cookie, true, Nbd.errorOf(request.error));
        }
    }

    private void simple(Request request, PooledBuffer buffer, int result, boolean last) {
        int length = request.lengthOf(buffer.part);
        clearIfZeros(buffer, length, result);
        if (last && buffer.part == 0 && request.parts() == 1 && request.error == 0) {
            replies.simpleData(buffer, request.cookie, length);
            return;
        }
        request.hold(buffer);
        if (!last) {
            return;
        }
        if (request.error != 0) {
            replies.end(request.cookie, true, Nbd.errorOf(request.error));
        }
        for (int i = 0; i < request.parts() && request.error == 0; i++) {
            PooledBuffer part = request.unhold(i);
            if (part != null) {
                replies.simpleData(part, request.cookie, request.lengthOf(i));
            }
        }
        drop(request);
    }

    /** Gives back the parts that are held of an answer which nobody gets. */
    void drop(Request request) {
        for (int i = 0; i < request.parts(); i++) {
            PooledBuffer held = request.unhold(i);
            if (held != null) {
                pool.release(held);
            }
        }
    }

    private static void clearIfZeros(PooledBuffer buffer, int length, int result) {
        if (result == BlockDevice.ZEROS) {
            buffer.bytes.clear();
            MemorySegment.ofBuffer(buffer.bytes).asSlice(PooledBuffer.HEAD, length).fill((byte) 0);
        }
    }
}
