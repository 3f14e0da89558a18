package io.brume.node.volume;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a block server exports and a coordinator offers. Every call is made on the device's {@link
 * EventLoop}, returns at once, and answers there, in any order. A caller may have any number of
 * requests under way within its own bounds; requests that overlap take effect in the order of their
 * calls.
 *
 * <p>Offsets and lengths are bytes, of any alignment, within {@link #sizeBytes}.
 */
public interface BlockDevice {
    /** May grow; {@link #onResize} tells. */
    long sizeBytes();

    /** Fills the buffer from its position to its limit. The buffer is the device's until done. */
    void read(long offset, ByteBuffer into, Done done);

    /**
     * Writes the buffer from its position to its limit. The buffer is the device's until done.
     *
     * @param durable done only when it survives the loss of power
     */
    void write(long offset, ByteBuffer from, boolean durable, Done done);

    /** Makes zeros; frees the space unless that is to stay allocated. */
    void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done);

    /** Done when everything that was done before survives the loss of power. */
    void flush(Done done);

    /** Tells what is allocated. */
    void extents(long offset, long length, Extents done);

    /** Called on the loop after each growth. */
    void onResize(Runnable listener);

    /** How a request went: 0, or an error number of Linux (EIO 5, ENOSPC 28, EINVAL 22). */
    @FunctionalInterface
    interface Done {
        void done(int error);
    }

    @FunctionalInterface
    interface Extents {
        void done(int error, List<Extent> extents);
    }

    /** A range in order, without gaps to the one before. */
    record Extent(long length, boolean data) {}
}
