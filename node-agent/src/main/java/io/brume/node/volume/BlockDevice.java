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

    /**
     * What a read may answer instead of 0: all of it is zeros, and the buffer was not touched. So a
     * hole costs neither the device nor its caller the work of filling and sending it.
     */
    int ZEROS = -1;

    /**
     * Fills the buffer from its position to its limit. The buffer is the device's until done; its
     * position and limit may be changed. Done with {@link #ZEROS}, too.
     */
    void read(long offset, ByteBuffer into, Done done);

    /**
     * Writes the buffer from its position to its limit. The buffer is the device's until done; its
     * position and limit may be changed, its bytes not.
     *
     * @param durable done only when it survives the loss of power
     */
    void write(long offset, ByteBuffer from, boolean durable, Done done);

    /**
     * Makes zeros; frees the space unless that is to stay allocated. Whole blocks of 4 KiB that may
     * be freed cost no more than a note of it, however many they are.
     */
    void zero(long offset, long length, boolean keepAllocated, boolean durable, Done done);

    /** Done when everything that was done before survives the loss of power. */
    void flush(Done done);

    /** Tells what is allocated, from the offset on; maybe less than was asked, but something. */
    void extents(long offset, long length, Extents done);

    /** Called on the loop after each growth. */
    void onResize(Runnable listener);

    /**
     * How a request went: 0, or an error number of Linux (EIO 5, ENOSPC 28, EINVAL 22). Called once
     * a request, on the loop, maybe before the call that made the request returns.
     */
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
