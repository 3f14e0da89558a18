package io.brume.storage.block.files;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * An open file. Thread-safe, but {@link #append} is for one thread at a time. A thread that is
 * inside must not be interrupted: the JDK closes the file then.
 */
public interface BlockFile extends Closeable {
    /** Bytes that {@link #writeDirect} writes together. */
    int DIRECT_UNIT = 4096;

    /** Bytes. */
    long size() throws IOException;

    /** Makes the file longer (with zeros, which take no space) or shorter. */
    void resize(long size) throws IOException;

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @return bytes read, at least 0
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all that remains in the buffer. */
    void write(ByteBuffer from, long position) throws IOException;

    /**
     * Writes all that remains in the buffer, past the operating system's cache where the file
     * system can. For what is large: it costs no copy, and drives nothing out that is read again.
     * Not durable before {@link #force} either.
     *
     * @param from a direct buffer; its memory begins, and its bytes end, at multiples of {@link
     *     #DIRECT_UNIT}
     * @param position a multiple of {@link #DIRECT_UNIT}
     */
    default void writeDirect(ByteBuffer from, long position) throws IOException {
        write(from, position);
    }

    /** Writes two buffers one after the other with one call of the operating system. */
    void append(ByteBuffer[] from, long position) throws IOException;

    /** Makes a range read as zeros, and frees its space where the file system can. */
    void punch(long position, long length) throws IOException;

    /** Makes durable what was written before; contents and size. */
    void force() throws IOException;

    /** The first bytes of the file, to be read; what is written to the file later is seen there. */
    MemorySegment map(long length) throws IOException;

    /**
     * Takes space for so many bytes from the beginning; the size stays. A wish: it may do nothing.
     */
    default void allocate(long length) throws IOException {}

    /**
     * The file as one that bytes can be sent from without a copy; null when it is none of the
     * operating system's. Not to be closed, and not to be used by threads that are interrupted.
     */
    default @Nullable FileChannel channel() {
        return null;
    }

    /** Closes it; who reads a mapping of it afterwards gets an {@link IllegalStateException}. */
    @Override
    void close() throws IOException;
}
