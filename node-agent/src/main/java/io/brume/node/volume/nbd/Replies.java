package io.brume.node.volume.nbd;

import io.brume.node.volume.BlockDevice.Extent;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes the answers of the transmission phase. Belongs to the loop's thread. */
final class Replies {
    private static final int MOST_EXTENTS = 4096;
    private static final int HOLE_BYTES = Nbd.CHUNK_BYTES + 12;
    private static final int DATA_HEAD_BYTES = Nbd.CHUNK_BYTES + 8;

    private final Output output;
    private final boolean structured;

    Replies(Output output, boolean structured) {
        this.output = output;
        this.structured = structured;
    }

    boolean structured() {
        return structured;
    }

    /** An answer without bytes. */
    void end(long cookie, boolean read, int error) {
        if (!structured || (error == 0 && !read)) {
            ByteBuffer to = output.append(Nbd.SIMPLE_BYTES);
            simpleHead(to, to.limit() - Nbd.SIMPLE_BYTES, cookie, error);
            return;
        }
        int payload = error == 0 ? 0 : 6;
        int type = error == 0 ? Nbd.REPLY_NONE : Nbd.REPLY_ERROR;
        ByteBuffer to = output.append(Nbd.CHUNK_BYTES + payload);
        int at = to.limit() - Nbd.CHUNK_BYTES - payload;
        chunkHead(to, at, true, type, cookie, payload);
        if (error != 0) {
            to.putInt(at + Nbd.CHUNK_BYTES, error);
            to.putShort(at + Nbd.CHUNK_BYTES + 4, (short) 0);
        }
    }

    /** The bytes of a part of a read; the last one ends the answer. */
    void data(PooledBuffer buffer, long cookie, long offset, int length, boolean last) {
        ByteBuffer to = buffer.bytes;
        int at = PooledBuffer.HEAD - DATA_HEAD_BYTES;
        to.limit(PooledBuffer.HEAD + length).position(at);
        chunkHead(to, at, last, Nbd.REPLY_OFFSET_DATA, cookie, length + 8);
        to.putLong(at + Nbd.CHUNK_BYTES, offset);
        output.add(buffer);
    }

    /** A part of a read that is all zeros. */
    void hole(long cookie, long offset, int length, boolean last) {
        ByteBuffer to = output.append(HOLE_BYTES);
        int at = to.limit() - HOLE_BYTES;
        chunkHead(to, at, last, Nbd.REPLY_OFFSET_HOLE, cookie, 12);
        to.putLong(at + Nbd.CHUNK_BYTES, offset);
        to.putInt(at + Nbd.CHUNK_BYTES + 8, length);
    }

    /** The bytes of a part of a read in a simple answer; the first part brings the head. */
    void simpleData(PooledBuffer buffer, long cookie, int length) {
        ByteBuffer to = buffer.bytes;
        int at = PooledBuffer.HEAD;
        if (buffer.part == 0) {
            at -= Nbd.SIMPLE_BYTES;
            simpleHead(to, at, cookie, 0);
        }
        to.limit(PooledBuffer.HEAD + length).position(at);
        output.add(buffer);
    }

    /**
     * Block status; neighbours of one kind become one.
     *
     * @param length what was asked: nothing is said of more
     * @return whether there was anything to say
     */
    boolean extents(long cookie, long length, boolean one, List<Extent> extents) {
        int most = Math.min(extents.size(), one ? 1 : MOST_EXTENTS);
        ByteBuffer found = ByteBuffer.allocate(8 * most);
        long left = length;
        long run = 0;
        boolean data = false;
        for (Extent extent : extents) {
            if (left == 0) {
                break;
            }
            if (run > 0 && extent.data() != data) {
                if (found.remaining() == 8) {
                    break;
                }
                descriptor(found, run, data);
                run = 0;
            }
            data = extent.data();
            long part = Math.min(left, extent.length());
            run += part;
            left -= part;
        }
        if (run == 0) {
            return false;
        }
        descriptor(found, run, data);
        found.flip();
        int payload = 4 + found.remaining();
        ByteBuffer to = output.append(Nbd.CHUNK_BYTES + payload);
        int at = to.limit() - Nbd.CHUNK_BYTES - payload;
        chunkHead(to, at, true, Nbd.REPLY_BLOCK_STATUS, cookie, payload);
        to.putInt(at + Nbd.CHUNK_BYTES, Nbd.ALLOCATION_ID);
        to.put(at + Nbd.CHUNK_BYTES + 4, found, 0, found.remaining());
        return true;
    }

    private static void descriptor(ByteBuffer to, long length, boolean data) {
        to.putInt((int) length);
        to.putInt(data ? 0 : Nbd.STATE_HOLE | Nbd.STATE_ZERO);
    }

    private static void simpleHead(ByteBuffer to, int at, long cookie, int error) {
        to.putInt(at, Nbd.SIMPLE_REPLY_MAGIC);
        to.putInt(at + 4, error);
        to.putLong(at + 8, cookie);
    }

    private static void chunkHead(
            ByteBuffer to, int at, boolean last, int type, long cookie, int payload) {
        to.putInt(at, Nbd.STRUCTURED_REPLY_MAGIC);
        to.putShort(at + 4, (short) (last ? Nbd.REPLY_FLAG_DONE : 0));
        to.putShort(at + 6, (short) type);
        to.putLong(at + 8, cookie);
        to.putInt(at + 16, payload);
    }
}
