package io.brume.node.volume.nbd;

import io.brume.node.volume.BlockDevice;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory for a request's bytes, or a part of them, with room before them for the head of an answer:
 * so that head and bytes leave in one piece. It is the device's callback as well, so that a request
 * costs no object.
 */
final class PooledBuffer implements BlockDevice.Done {
    /** Where the bytes begin; the longest head has 28. */
    static final int HEAD = 32;

    final ByteBuffer bytes;

    /** Which of the pool's lists it belongs to; -1 = none. */
    final int list;

    /** Whose bytes these are. */
    @Nullable Request request;

    /** Which part of the request. */
    int part;

    PooledBuffer(ByteBuffer bytes, int list) {
        this.bytes = bytes;
        this.list = list;
    }

    /** Ready for so many bytes. */
    void prepare(Request owner, int number, int length) {
        request = owner;
        part = number;
        bytes.limit(HEAD + length).position(HEAD);
    }

    @Override
    public void done(int error) {
        Request owner = request;
        if (owner == null) {
            throw new IllegalStateException("a device answered twice");
        }
        owner.partDone(this, error);
    }
}
